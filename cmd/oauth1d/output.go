package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// This file is how data reaches stdout and words reach stderr. What comes from a
// record or a stranger goes through plain: a terminal takes orders from control
// characters.

// say writes words for a person to stderr.
func (g *globals) say(format string, args ...any) {
	if !g.quiet {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}
}

// show writes data to stdout: v as JSON, or what table writes.
func (g *globals) show(v any, table func(w io.Writer)) error {
	if g.format == "json" {
		return showJSON(os.Stdout, v)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	table(w)
	return w.Flush()
}

// showJSON writes v on one line. JSON's own escapes leave out the controls after
// ASCII and the marks that turn the direction of writing.
func showJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // it is read by programs and people, and by no browser
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	var out []byte
	for _, r := range b.String() {
		if r == '\n' || strconv.IsPrint(r) {
			out = utf8.AppendRune(out, r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
	}
	_, err := w.Write(out)
	return err
}

// plain spells a record's text for a table, "-" when there is none.
func plain(s string) string {
	if s == "" {
		return "-"
	}
	return plainText(s)
}

// plainText leaves what prints as it is, so that it can be copied, and escapes a
// text with anything in it that does not.
func plainText(s string) string {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) {
		q := strconv.Quote(s)
		return q[1 : len(q)-1]
	}
	return s
}

func plainList(all []string) string { return plain(strings.Join(all, ",")) }

func stateOf(enabled bool) string {
	if enabled {
		return "enabled"
	}
	return "disabled"
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// cut shortens a text of a table to n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func date(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }
