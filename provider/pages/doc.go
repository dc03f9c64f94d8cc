// Package pages draws everything a person sees in a browser: sign-in, consent,
// the code for consumers without a callback, and the pages that say no.
//
// Each page is one struct of finished words. The caller decides, translates
// times and rights into sentences, writes the status and the headers, and calls
// [Render]; the templates only test whether a value is there. Nothing here reads
// a request or knows a store.
//
// The pages have no script, no inline style and one stylesheet with a hashed
// name, so that [ContentSecurityPolicy] can forbid everything else. Every string
// is hostile until it is escaped: consumers choose their own names, and those
// names stand beside the button that gives them an account (§4.7, §4.8). Names
// are therefore also isolated from the direction of the text around them: a
// right-to-left override in a name cannot turn our sentence around.
package pages
