// Package signin knows who sits at the browser, keeps a session, and ties forms
// to it. What users may then do is decided by others, who see nothing but SignIn's
// methods; whichever way a user signs in, those stay the same.
//
//	signin.go     SignIn, and the question who it is
//	backend.go    what a way to sign in must do; each is one of three kinds
//	page.go       names and passwords: builtin.go, users.go and password.go,
//	              htpasswd.go, ldap.go
//	recognise.go  whoever is signed in already: application.go, header.go
//	elsewhere.go  pages of other systems: oidc.go, handover.go
//	enter.go      how a browser's session comes to be somebody's
//	recheck.go    asking backends again whether users are still there; userurl.go
//	watch.go      whether a backend answers, for administrators
//	session.go    what is remembered of a browser, and its cookie; sealed.go
//	ask.go        sending somebody to the sign-in page and back; signout.go
//	formtoken.go  what ties a form to a session
//	throttle.go   how often passwords may be guessed
//
// Rules that keep guessing and planting useless: the same answer, at the same
// cost, is given for a wrong password, an unknown and a disabled user. A session
// gets a new id when somebody signs in, and ends when the user is disabled,
// removed or given a new password. Nobody is ever sent to an address that came
// with a request: the way back is a record in the session. A backend that cannot
// be asked signs nobody in, and makes nobody gone.
package signin
