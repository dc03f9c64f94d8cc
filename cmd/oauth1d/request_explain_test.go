package main

import (
	"strings"
	"testing"
	"text/tabwriter"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/explain"
)

// TestEveryCauseHasWords keeps "help causes" whole when a cause is added.
func TestEveryCauseHasWords(t *testing.T) {
	for _, c := range explain.Causes() {
		if causeWords[c] == "" {
			t.Errorf("there is no word on what %s means", c)
		}
	}
	if len(causeWords) != len(explain.Causes()) {
		t.Errorf("%d causes have words, and there are %d", len(causeWords), len(explain.Causes()))
	}
}

// A stranger's words must not order a terminal about.
func TestExplanationIsPlainText(t *testing.T) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	const evil = "\x1b[2J\r\nFix  run rm\u202e"
	writeExplanation(w, adminapi.Explanation{
		ID: evil, Problem: evil, Consumer: evil, Method: evil, URL: evil, TokenID: evil, BaseString: evil, TheirBase: evil, Sentence: evil, Advice: evil,
		Causes: []string{evil}, Side: evil, Difference: &adminapi.Difference{Part: evil, Ours: evil, Theirs: evil},
	})
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.ContainsAny(got, "\x1b\r\u202e") || strings.Count(got, "\n") != 10 {
		t.Errorf("got %q", got)
	}
}
