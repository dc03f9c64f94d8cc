package main

import (
	"fmt"
	"io"
	"strings"

	"oauth1d/provider/adminapi"
)

func (g *globals) showExplanation(e adminapi.Explanation) error {
	return g.show(e, func(w io.Writer) { writeExplanation(w, e) })
}

// writeExplanation writes what a person reads from top to bottom: which request,
// what is different, and last what to do.
func writeExplanation(w io.Writer, e adminapi.Explanation) {
	fmt.Fprintln(w, headline(e))
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "  %s\t%s\n", name, plain(value))
		}
	}
	if e.URL != "" {
		row("seen here", e.Method+" "+e.URL)
	}
	row("consumer", e.Consumer)
	row("token id", e.TokenID)
	row("base string", e.BaseString)
	row("signed", e.TheirBase)
	if d := e.Difference; d != nil {
		row("differs", fmt.Sprintf("at byte %d, in %s: %q here, %q there", d.Offset, d.Part, d.Ours, d.Theirs))
	}
	row("cause", strings.Join(e.Causes, " and "))
	row(likely(e), e.Sentence)
	row(fixOf(e), e.Advice)
}

func headline(e adminapi.Explanation) string {
	what := "This request"
	if e.ID != "" {
		what = "Request " + plain(e.ID) + "  " + e.Time.UTC().Format("2006-01-02 15:04:05")
	}
	if e.Valid {
		return what + "  signed right"
	}
	return what + "  refused: " + plain(e.Problem)
}

// likely says how sure the sentence is: a signature that was reproduced is proof.
func likely(e adminapi.Explanation) string {
	if e.Certain {
		return "Found"
	}
	return "Likely"
}

// fixOf says who can change it.
func fixOf(e adminapi.Explanation) string {
	if e.Side == "" || e.Valid {
		return "Fix"
	}
	return "Fix (" + plain(e.Side) + ")"
}
