package store

// The places of the sealed secrets, said once for those who seal and those who
// open.

// ConsumerSecretPlace is where a consumer's secret belongs.
func ConsumerSecretPlace(key string) Place { return Place{"consumer", key, "secret"} }

// RequestTokenSecretPlace is where a request token's secret belongs.
func RequestTokenSecretPlace(id string) Place { return Place{"request-token", id, "secret"} }

// AccessTokenSecretPlace is where an access token's secret belongs.
func AccessTokenSecretPlace(id string) Place { return Place{"access-token", id, "secret"} }

// UserRefreshPlace is where a user's refresh token belongs.
func UserRefreshPlace(name string) Place { return Place{"user", name, "refresh"} }

// SessionDataPlace is where the data of a browser's session belongs.
func SessionDataPlace(id string) Place { return Place{"session", id, "data"} }
