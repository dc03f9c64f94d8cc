package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// This file cuts a command line into words as a POSIX shell does, with the
// $'…' that browsers write ("Copy as cURL"). Nothing is run and nothing is
// looked up: whatever a shell would replace by something else is refused, since
// what it would be replaced by is not known here.

// shellWords returns the words of one command.
func shellWords(line string) ([]string, error) {
	s := wordScanner{line: line}
	for s.at < len(line) {
		if err := s.step(); err != nil {
			return nil, err
		}
	}
	s.endWord()
	return s.words, nil
}

type wordScanner struct {
	line  string
	at    int
	word  strings.Builder
	begun bool // a word, be it empty
	words []string
}

func (s *wordScanner) endWord() {
	if s.begun {
		s.words = append(s.words, s.word.String())
	}
	s.word.Reset()
	s.begun = false
}

func (s *wordScanner) add(text string) {
	s.word.WriteString(text)
	s.begun = true
}

// fault says what is wrong at a byte of the line, counted in characters from 1.
func (s *wordScanner) fault(at int, format string, args ...any) error {
	return fmt.Errorf("the curl line cannot be read at character %d: %s", utf8.RuneCountInString(s.line[:at])+1, fmt.Sprintf(format, args...))
}

// step takes the next piece that is not quoted, or one quotation.
func (s *wordScanner) step() error {
	c, rest := s.line[s.at], s.line[s.at:]
	switch {
	case c == ' ' || c == '\t':
		s.endWord()
		s.at++
	case lineEnd(rest) > 0:
		s.endWord()
		if strings.TrimSpace(rest) != "" && len(s.words) > 0 {
			return s.fault(s.at, "the line ends here and more follows; join lines with a backslash at their end, or give one command only")
		}
		s.at += lineEnd(rest)
	case c == '\\':
		return s.backslash()
	case c == '\'':
		return s.single()
	case c == '"':
		return s.double()
	case strings.HasPrefix(rest, "$'"):
		return s.ansi()
	case strings.IndexByte("$`;|&<>()", c) >= 0:
		return s.fault(s.at, "a shell takes an unquoted %c for itself; put the word in single quotes", c)
	case c == '^' && len(rest) > 1 && strings.IndexByte("\"^\r\n%", rest[1]) >= 0:
		return s.fault(s.at, "this is the quoting of cmd.exe; copy the request as cURL for bash")
	case !s.begun && (c == '#' || c == '~'):
		return s.fault(s.at, "a shell takes an unquoted %c at the beginning of a word for itself; put the word in single quotes", c)
	default:
		s.add(rest[:1])
		s.at++
	}
	return nil
}

// lineEnd is how many bytes the line end at the beginning of s has, 0 for none.
func lineEnd(s string) int {
	switch {
	case strings.HasPrefix(s, "\r\n"):
		return 2
	case strings.HasPrefix(s, "\n"):
		return 1
	}
	return 0
}

// backslash quotes one character, or joins two lines.
func (s *wordScanner) backslash() error {
	rest := s.line[s.at+1:]
	if rest == "" {
		return s.fault(s.at, "the line ends with a backslash and its continuation is missing")
	}
	if n := lineEnd(rest); n > 0 {
		s.at += 1 + n
		return nil
	}
	_, size := utf8.DecodeRuneInString(rest)
	s.add(rest[:size])
	s.at += 1 + size
	return nil
}

func (s *wordScanner) single() error {
	text, _, ended := strings.Cut(s.line[s.at+1:], "'")
	if !ended {
		return s.fault(s.at, "the single quote that opens here is never closed")
	}
	s.add(text)
	s.at += len(text) + 2
	return nil
}

// double takes "…", in which a backslash quotes a few characters only.
func (s *wordScanner) double() error {
	s.add("")
	for at := s.at + 1; at < len(s.line); {
		switch c := s.line[at]; {
		case c == '"':
			s.at = at + 1
			return nil
		case c == '`' || c == '$' && at+1 < len(s.line) && expands(s.line[at+1]):
			return s.fault(at, "a shell replaces what follows %c here, and what by is not known; put the word in single quotes", c)
		case c == '\\' && lineEnd(s.line[at+1:]) > 0:
			at += 1 + lineEnd(s.line[at+1:])
		case c == '\\' && at+1 < len(s.line) && strings.IndexByte("$`\"\\", s.line[at+1]) >= 0:
			s.add(s.line[at+1 : at+2])
			at += 2
		default:
			s.add(s.line[at : at+1])
			at++
		}
	}
	return s.fault(s.at, "the double quote that opens here is never closed")
}

// expands reports whether a dollar sign before c stands for something else.
func expands(c byte) bool {
	return c == '(' || c == '{' || c == '_' || isAlphanumeric(c) || strings.IndexByte("@*#?-$!", c) >= 0
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// ansi takes $'…', whose escapes are those of C.
func (s *wordScanner) ansi() error {
	s.add("")
	for at := s.at + 2; at < len(s.line); {
		switch s.line[at] {
		case '\'':
			s.at = at + 1
			return nil
		case '\\':
			text, size := ansiEscape(s.line[at:])
			if size == 0 {
				return s.fault(at, "this escape is not known, or stands for no character that a word can hold")
			}
			s.add(text)
			at += size
		default:
			s.add(s.line[at : at+1])
			at++
		}
	}
	return s.fault(s.at, "the quotation that opens here with $' is never closed")
}

// ansiEscape returns what the escape at the beginning of s stands for, and its
// length; 0 when it is none.
func ansiEscape(s string) (text string, size int) {
	if len(s) < 2 {
		return "", 0
	}
	const letters, meant = `abeEfnrtv\'"?`, "\a\b\x1b\x1b\f\n\r\t\v\\'\"?"
	if i := strings.IndexByte(letters, s[1]); i >= 0 {
		return meant[i : i+1], 2
	}
	value, digits := 0, 0
	number := func(from, most, base int) {
		for _, c := range []byte(s[from:min(len(s), from+most)]) {
			d := digitOf(c)
			if d >= base {
				return
			}
			value, digits = value*base+d, digits+1
		}
	}
	switch c := s[1]; {
	case c >= '0' && c <= '7':
		number(1, 3, 8)
		return byteText(value, 1+digits)
	case c == 'x':
		number(2, 2, 16)
		return byteText(value, 2+digits)
	case c == 'u':
		number(2, 4, 16)
	case c == 'U':
		number(2, 8, 16)
	}
	if digits == 0 || value == 0 || !utf8.ValidRune(rune(value)) {
		return "", 0
	}
	return string(rune(value)), 2 + digits
}

func byteText(value, size int) (string, int) {
	if value == 0 || value > 0xff {
		return "", 0 // no word of a command line holds a NUL
	}
	return string([]byte{byte(value)}), size
}

// digitOf is the value of a hexadecimal digit, 16 for what is none.
func digitOf(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return 16
}
