package config

import (
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A kind is what a key's value may look like.
type kind struct {
	list    bool // in the environment separated by commas
	bare    bool // written without quotes in YAML
	entries bool // a list of sections, which only the file can hold
	parse   func(v raw, say report) any
}

// word makes a kind of one value. example is shown to whoever wrote something
// of another shape.
func word(example string, parse func(text string) (any, error)) kind {
	return kind{parse: func(v raw, say report) any {
		if !v.check(scalar, example, say) {
			return nil
		}
		value, err := parse(v.text)
		if err != nil {
			say(v.at, err.Error())
		}
		return value
	}}
}

// unquoted is k, written without quotes.
func unquoted(k kind) kind {
	k.bare = true
	return k
}

// words makes a kind of a list whose items are different.
func words(example string, parse func(text string) (string, error)) kind {
	return kind{list: true, parse: func(v raw, say report) any {
		all := []string{}
		if !v.check(list, example, say) {
			return all
		}
		for _, item := range v.items {
			if !item.check(scalar, example, say) {
				continue
			}
			text, err := parse(item.text)
			switch {
			case err != nil:
				say(item.at, err.Error())
			case slices.Contains(all, text):
				say(item.at, fmt.Sprintf("%q is listed twice; remove one", text))
			default:
				all = append(all, text)
			}
		}
		return all
	}}
}

// boolean takes true and false and nothing that looks like them: what YAML makes
// of yes, on and 1 depends on who reads it.
var boolean = unquoted(word("true", func(text string) (any, error) { return trueOrFalse(text) }))

func trueOrFalse(text string) (bool, error) {
	if text != "true" && text != "false" {
		return false, fmt.Errorf("%q is neither true nor false; write one of them", text)
	}
	return text == "true", nil
}

func integer(least, most int) kind {
	return unquoted(word(strconv.Itoa(least), func(text string) (any, error) {
		n, err := strconv.Atoi(text)
		if err != nil || strconv.Itoa(n) != text {
			return nil, fmt.Errorf("%q is not a whole number; write digits only, without leading zeros", text)
		}
		return n, within(n, least, most, text, strconv.Itoa)
	}))
}

func duration(least, most time.Duration) kind {
	return word(quote(durationText(least)), func(text string) (any, error) {
		d, err := time.ParseDuration(text)
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return nil, fmt.Errorf(`%s has no unit; write "%ss" or "%sm"`, text, text, text)
		}
		if days, found := strings.CutSuffix(text, "d"); found {
			if n, err := strconv.Atoi(days); err == nil {
				return nil, fmt.Errorf(`%q: there is no unit for days; write "%dh"`, text, 24*n)
			}
		}
		if err != nil {
			return nil, fmt.Errorf(`%q is not a duration; write e.g. "90s", "10m" or "12h"`, text)
		}
		return d, within(d, least, most, text, durationText)
	})
}

// size takes bytes, or KiB, MiB and GiB. KB is refused, because half the world
// means 1000 by it.
func size(least, most Size) kind {
	return word(quote(least.String()), func(text string) (any, error) {
		digits, unit := text, Size(1)
		for _, u := range sizeUnits {
			if d, found := strings.CutSuffix(text, u.name); found {
				digits, unit = strings.TrimSuffix(d, " "), u.bytes
			}
		}
		n, err := strconv.ParseUint(digits, 10, 32)
		if err != nil {
			return nil, fmt.Errorf(`%q is not a size; write bytes, or e.g. "64KiB" or "1MiB"`, text)
		}
		return Size(n) * unit, within(Size(n)*unit, least, most, text, Size.String)
	})
}

// within refuses what lies outside of least and most; a most of the type's
// greatest value stands for no limit.
func within[T ~int | ~int64](n, least, most T, text string, write func(T) string) error {
	switch {
	case n >= least && n <= most:
		return nil
	case int64(most) == math.MaxInt64:
		return fmt.Errorf("%s is too little; at least %s", text, write(least))
	}
	return fmt.Errorf("%s is out of range; from %s to %s", text, write(least), write(most))
}

// noLimit is the most of a range that has no upper end.
const noLimit = math.MaxInt64

func oneOf(options ...string) kind {
	return word(quote(options[0]), func(text string) (any, error) {
		return text, optionOf(text, options)
	})
}

// optionOf refuses what is not among the options and names the nearest.
func optionOf(text string, options []string) error {
	if slices.Contains(options, text) {
		return nil
	}
	if near := nearest(text, options); near != "" {
		return fmt.Errorf("%q is unknown; did you mean %q?", text, near)
	}
	return fmt.Errorf("%q is unknown; expected one of %s", text, strings.Join(options, ", "))
}

var logLevel = word(`"info"`, func(text string) (any, error) {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	return levels[text], optionOf(text, []string{"debug", "info", "warn", "error"})
})

// line takes text that is shown: one line, readable.
var line = word(`"text"`, func(text string) (any, error) { return text, oneLine(text) })

// filePath takes a path. Whether it may be empty is for check.go to say.
var filePath = word(`"/path/to/file"`, func(text string) (any, error) { return text, oneLine(text) })

// oneLine refuses what could break a line, a terminal or a reader's eyes: control
// characters, invisible ones and bytes that are no text.
func oneLine(text string) error {
	for _, r := range text {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return fmt.Errorf("%q has a character in it that does not print; write one line of text", text)
		}
	}
	return nil
}

// quote writes a string as YAML and JSON both read it.
func quote(text string) string { return strconv.Quote(text) }
