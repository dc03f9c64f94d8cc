package pages

import "time"

// Site is what every page knows of the place it stands in.
type Site struct {
	Name       string // what people call the application behind us
	SupportURL string // https or mailto; empty leaves the link out
	StaticPath string // where [Set.Static] is mounted, such as "/oauth/static/"

	// Paths of pages and forms of this site. Empty leaves their links and
	// buttons out.
	SignOutPath   string
	AccountPath   string // the applications that somebody has allowed
	ProposalsPath string // proposals of users, when they are switched on
	HomePath      string // where the name of the site leads, such as "/admin/"
}

// SignIn asks for a user name and a password. The form posts username, password,
// return and form_token, and with Token a password alone may be an administrator's
// token: it posts token.
type SignIn struct {
	Action    string // where the form posts
	Return    string // opaque handle of a record on our side, never a URL; may be empty
	FormToken string
	For       string // name of the consumer that asks; may be empty
	Username  string // what was typed the last time
	As        string // who gives the password again; Username is then not asked for
	Token     bool   // administrators may give the token of the admin API instead

	// Problem says what was wrong with the last attempt: wrong, wrong_token, stale
	// or throttled. Empty: nothing.
	Problem   string
	Wait      time.Duration // until another attempt counts; with throttled
	RequestID string
}

// Consent asks whether a consumer may use the user's account (§2.2). The form
// posts decision ("allow" or "deny"), oauth_token, form_token, and scope once for
// each one that is ticked.
type Consent struct {
	Action    string // where the decision posts
	Token     string // the request token, posted as oauth_token
	FormToken string

	Consumer    string // the consumer's name
	Description string // the consumer's own words; may be empty
	Publisher   string // who stands behind it; may be empty
	Contact     string // mail address or https URL of who answers for it; may be empty
	Verified    bool   // an administrator has checked name and publisher (§2.2)

	User         string // who is signed in
	SwitchAction string // where "Not you?" posts oauth_token and form_token; empty leaves it out

	// Scopes are what is asked for. Without scopes the page says that the
	// consumer may do all that the user may.
	Scopes  []Scope
	Problem string // nothing_ticked, or empty

	ReturnHost string    // host of the callback; empty for "oob" and for a scheme of its own
	ReturnApp  string    // the callback's private-use scheme, such as "com.example.app"; or empty
	Since      time.Time // since when the user allows this consumer something; zero: not yet
	Until      time.Time // until when this would hold; zero: until it is withdrawn
	RequestID  string
}

// Scope is one thing that a consumer may do, in words.
type Scope struct {
	Name   string            // posted when it is ticked
	Title  string            // a sentence such as "Read your photos"; empty: the name
	Titles map[string]string // the same by language
	Detail string            // more; may be empty
	Risky  bool              // to be thought about twice
	Off    bool              // its box is not ticked
	New    bool              // not among what the user allows this consumer already
}

func (s Scope) title(language string) string {
	for _, title := range []string{s.Titles[language], s.Title} {
		if title != "" {
			return title
		}
	}
	return s.Name
}

// PIN shows the verifier of a consumer that has no callback (§2.2). The verifier
// is the whole text of the element with the id oauth_verifier.
type PIN struct {
	Consumer  string
	Verifier  string
	Left      time.Duration // how long it works; zero is not said
	User      string
	RequestID string
}

// Denied confirms that nothing was allowed, where there is no way back to the
// consumer.
type Denied struct {
	Consumer  string
	User      string
	RequestID string
}

// Problem says why there is no other page. Its words are those of the catalogue for
// Code; Title and Sentence, in English, serve where it has none.
type Problem struct {
	Status    int
	Code      string // short and stable, for support
	Title     string
	Sentence  string
	Args      map[string]string // for the placeholders of the catalogue's words
	Contact   string            // mail address or https URL of who answers for the consumer; may be empty
	RequestID string
}

// SignedOut confirms that the session has ended.
type SignedOut struct {
	SignIn string // path of the sign-in page; may be empty
}

// Home is what stands at "/" when no application is served there. It names no
// version.
type Home struct {
	User string // who is signed in; may be empty
}

// Template names the page's file.
func (SignIn) Template() string { return "signin.html" }

// Template names the page's file.
func (Consent) Template() string { return "consent.html" }

// Template names the page's file.
func (PIN) Template() string { return "pin.html" }

// Template names the page's file.
func (Denied) Template() string { return "denied.html" }

// Template names the page's file.
func (Problem) Template() string { return "problem.html" }

// Template names the page's file.
func (SignedOut) Template() string { return "signedout.html" }

// Template names the page's file.
func (Home) Template() string { return "home.html" }
