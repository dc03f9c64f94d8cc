package main

const helpScopes = `
Scopes are what a token may do, and what a user says yes to: named sets of methods
and paths, each with a sentence for people. Routes say what is accepted where,
whoever asks. Both stand in the configuration:

policy:
  scopes:
    - name: photos.read
      title: See your photos              # the consent page says this
      titles: [{lang: de, title: Ihre Fotos sehen}]
      default: true                       # for consumers without a list of their own
      allow: ["GET /photos/**", "GET /api/*/thumbnail"]
    - name: photos.write
      title: Add and change your photos
      risky: true                         # the consent page points it out
      allow: ["POST,PUT,DELETE /photos/**"]
    - name: jobs
      title: Start jobs
      allow: ["POST /jobs/**"]
  routes:
    - {match: /health, anonymous: pass}
    - {match: "POST /jobs/**", accept: [two-legged]}
    - {match: /**, accept: [three-legged]}
  unscoped_tokens: [photos.read]          # what tokens from before scopes may do

A rule is methods in capitals, separated by commas, or * for all; a space; a pattern:

  /api/photos  this path alone
  /api/*/x     * is exactly one segment
  /api/**      /api, /api/ and everything below
  /**          every path

HEAD is allowed where GET is. In a scope a slash at the end makes a difference; in a
route it makes none. The first route that matches counts, one without "accept" takes
every kind of credentials, and so does a path on no route. A route that forbids is
only as good as what it knows of the application: better name what is open, and end
with a /** that accepts the least. A request must pass its route and have a scope.

A path is decoded once. One that applications read in more than one way is refused
wherever a pattern would have to be compared with it: dot segments, //, %2F, %5C, a
backslash, a semicolon, %25, control characters, bytes that are no UTF-8, broken
escapes. Applications that do not distinguish case need policy.ignore_case. Whether
a framework takes another method from a header or a field of the form
(X-HTTP-Method-Override, _method), only its own settings can say: switch that off.

Try a change before it is in force; no daemon is needed:

  oauth1d policy list
  oauth1d policy test GET /photos/2024/1.jpg --scope photos.read
  oauth1d policy test POST /jobs/7 --kind two-legged --scope jobs
`
