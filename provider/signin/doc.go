// Package signin knows who sits at the browser: it asks for a name and a
// password, keeps a session, and ties forms to it. What users may then do is
// decided by others, who see nothing but SignIn's methods; whichever way a user
// signs in, those stay the same.
//
//	users.go      the built-in users, password.go their passwords
//	signin.go     SignIn, and the question who it is
//	session.go    what is remembered of a browser, and its cookie
//	ask.go        sending somebody to the sign-in page and back
//	page.go       the sign-in page, signout.go its counterpart
//	formtoken.go  what ties a form to a session
//	throttle.go   how often passwords may be guessed
//
// Three rules keep guessing and planting useless. The same answer, at the same
// cost, is given for a wrong password, an unknown and a disabled user. A session
// gets a new id when somebody signs in, and ends when the user is disabled,
// removed or given a new password. Nobody is ever sent to an address that came
// with a request: the way back is a record in the session.
package signin
