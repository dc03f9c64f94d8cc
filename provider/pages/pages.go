package pages

// Site is what every page knows of the place it stands in.
type Site struct {
	Name       string // what people call the application behind us
	SupportURL string // https or mailto; empty leaves the link out
	StaticPath string // where [Static] is mounted, such as "/oauth/static/"

	// SignOutPath is where the sign-out button posts. Empty leaves the
	// button out, as it should be where nobody is signed in.
	SignOutPath string
}

// SignIn asks for a user name and a password. The form posts username,
// password, return and form_token.
type SignIn struct {
	Site      Site
	Action    string // where the form posts
	Return    string // opaque handle of a record on our side, never a URL; may be empty
	FormToken string
	For       string // name of the consumer that asks; may be empty
	Username  string // what was typed the last time
	Problem   string // one sentence about the last attempt; empty means none
	RequestID string
}

// Consent asks whether a consumer may use the user's account (§2.2). The form
// posts decision ("allow" or "deny"), oauth_token and form_token.
type Consent struct {
	Site      Site
	Action    string // where the decision posts
	Token     string // the request token, posted as oauth_token
	FormToken string

	Consumer    string // the consumer's name
	Description string // the consumer's own words; may be empty
	Publisher   string // who registered it; may be empty
	Verified    bool   // an administrator has checked name and publisher (§2.2)

	User string // who is signed in

	// Rights are whole sentences such as "Read your photos." An empty list
	// is shown as every right the user has, because that is what a consumer
	// without scopes gets.
	Rights []string

	ReturnHost   string // host of the callback; empty for "oob"
	SwitchAction string // where "Not you?" posts oauth_token and form_token; empty leaves it out
	Expires      string // how long the right lasts, such as "Until you withdraw it"; may be empty
	RequestID    string
}

// PIN shows the verifier of a consumer that has no callback (§2.2). The verifier
// is the whole text of the element with the id oauth_verifier.
type PIN struct {
	Site      Site
	Consumer  string
	Verifier  string
	Expires   string // how long it works, such as "within 10 minutes"; may be empty
	RequestID string
}

// Denied confirms that nothing was allowed, where there is no callback to say so to.
type Denied struct {
	Site      Site
	Consumer  string
	RequestID string
}

// Problem says why there is no other page. The caller also sends Status.
type Problem struct {
	Site      Site
	Status    int
	Title     string // the heading, such as "This request has expired"
	Sentence  string // what the person can do now
	Code      string // for support: an oauth_problem or a page code
	RequestID string
}

// SignedOut confirms that the session has ended.
type SignedOut struct {
	Site Site
}

// Home is what stands at "/" when no application is served there. It names no
// version.
type Home struct {
	Site Site
}
