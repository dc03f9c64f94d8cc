package config

// Policy says what tokens may do, beyond being genuine.
type Policy struct {
	// Scopes are the sets of requests that a user can allow. Without any, a
	// token may do whatever its user may. Only in the file. Default: [].
	Scopes []Scope `mapstructure:"scopes"`

	// Routes say what is accepted on single paths. Only in the file.
	// Default: [].
	Routes []Route `mapstructure:"routes"`

	// UnscopedTokens are the scopes of tokens that have none, because they are
	// from before scopes were defined. Empty: they are refused wherever a scope
	// is needed. Default: "".
	UnscopedTokens []string `mapstructure:"unscoped_tokens"`

	// IgnoreCase compares paths without regard to case, for applications that
	// do so: there /Photos would otherwise get around a rule for /photos.
	// Default: false.
	IgnoreCase bool `mapstructure:"ignore_case"`
}

// A Scope is one entry of policy.scopes.
type Scope struct {
	// Name is what consumers ask for, such as photos.read: printable ASCII
	// without spaces, commas, quotes and backslashes. Required.
	Name string

	// Title says on the consent page what it allows, as in "See your photos".
	// Required.
	Title string

	// Titles are the same in other languages, a list of {lang, title}.
	Titles map[string]string

	// Detail is a second sentence for whoever wants to know more.
	Detail string

	// Risky makes the consent page point it out.
	Risky bool

	// Default gives it to consumers that have no scopes of their own.
	Default bool

	// Allow are methods and path patterns: "GET,HEAD /photos/**", "* /x/*".
	// Required.
	Allow []string

	at place
}

// A Route is one entry of policy.routes.
type Route struct {
	// Match is a path pattern as in a scope. Required.
	Match string

	// Accept are the kinds of request that get through: three-legged,
	// two-legged, impersonation. Unset: all.
	Accept []string

	// Anonymous is pass or refuse, in place of verify.anonymous. Unset: as
	// there.
	Anonymous string

	at place
}

// Where is the place in the file where s begins, as a Mistake has it.
func (s Scope) Where() string { return s.at.where("") }

// Where is the place in the file where r begins, as a Mistake has it.
func (r Route) Where() string { return r.at.where("") }
