// Package pages draws everything a person sees in a browser: sign-in, consent,
// the code for consumers without a callback, what somebody has allowed and
// proposed, the administrators' pages, and the pages that say no.
//
// Each page is one struct of data: names, times, counts, codes. Words come from
// the catalogues in messages, one for each language; [Set.Show] chooses the
// language that the browser asks for. Templates come from templates, or from the
// operator's directory. Nothing here decides, reads a form or knows a store.
//
// The pages have no script, no inline style and stylesheets with hashed names,
// so that [ContentSecurityPolicy] can forbid everything else. Every string
// is hostile until it is escaped: consumers choose their own names, and those
// names stand beside the button that gives them an account (§4.7, §4.8). Names
// are therefore also isolated from the direction of the text around them: a
// right-to-left override in a name cannot turn our sentence around.
//
// A template of the operator's has the functions of functions.go and the fields
// of its page's struct. It is trusted as the configuration is; still it cannot
// run scripts, because the policy stays, and a page that lacks what its handler
// needs stops the start.
package pages
