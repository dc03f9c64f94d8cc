// Package policy decides what a genuine request may do: which kinds of
// credentials a route accepts, and whether a scope of the token allows this
// method on this path. It is a function of its configuration and the request; it
// keeps nothing, asks nobody and does not know what a signature is.
//
// # Patterns
//
//	/api/photos    this path, and not /api/photos/
//	/api/*/x       * is exactly one segment, never an empty one
//	/api/**        /api, /api/ and everything below; ** stands at the end only
//	/**            every path: a total pattern
//
// A path is decoded once and compared segment by segment, so that %61 in a path
// or a pattern is an "a" and %2A a star that means itself. Where the slash at the
// end makes a difference, it does in a scope; a route takes /admin/ for /admin,
// as most applications do, since a route may be there to keep people out. HEAD is
// allowed where GET is: an application answers it with what GET may see.
//
// # Ambiguous paths
//
// Whoever judges a path and whoever serves it must read it in the same way, and
// there are paths that servers read differently: see path.go. Such a path is
// refused wherever a pattern would have to be compared with it. Only a total
// pattern, which means every reading, allows one; and where a route has a pattern
// that is not total, nobody can say which route the path is on, and it is refused
// altogether.
//
// # Routes that restrict
//
// A route may name methods before its pattern, as a scope does. The first that
// matches counts, and a path on no route is not restricted.
// A rule that names what is forbidden is only as good as its knowledge of the
// application: where that serves /admin also as /admin.json or /ADMIN, a route
// /admin/** guards but one of them. The safe way round names what is open, and
// ends with a route /** that accepts the least. Applications that do not
// distinguish case need Config.IgnoreCase.
package policy
