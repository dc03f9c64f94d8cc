package main

import (
	"errors"
	"fmt"
	"strings"

	"oauth1d/provider/oauth1"
)

// This file reads a curl command line as the request that curl would send. What
// would change the request in a way that is not followed here is refused by
// name: an explanation of another request than the one that was sent is worse
// than none.

// A curlRequest is what a curl line sends, as far as it is signed.
type curlRequest struct {
	method        string
	url           string // as curl requests it: without a fragment
	host          string // of a Host header; empty: the URL's
	authorization []string
	contentType   []string
	body          string
}

// parseCurl reads one line.
func parseCurl(line string) (curlRequest, error) {
	words, err := shellWords(line)
	if err != nil {
		return curlRequest{}, err
	}
	if len(words) == 0 {
		return curlRequest{}, errors.New("the curl line is empty; expected curl, its options and one URL")
	}
	if name := words[0][strings.LastIndexByte(words[0], '/')+1:]; name != "curl" && name != "curl.exe" {
		return curlRequest{}, fmt.Errorf("the line begins with %q; expected curl, its options and one URL", shorten(words[0]))
	}
	c := curlLine{rest: words[1:]}
	for len(c.rest) > 0 {
		if err := c.word(); err != nil {
			return curlRequest{}, err
		}
	}
	return c.request()
}

// message is the request for the verifier.
func (c curlRequest) message() (*oauth1.Message, error) {
	m, err := newMessage(c.method, c.url, "")
	if err != nil {
		return nil, err
	}
	if c.host != "" {
		m.Host = c.host
	}
	m.Authorization, m.ContentType, m.Body = c.authorization, c.contentType, []byte(c.body)
	return m, nil
}

// A curlLine is what the words so far say.
type curlLine struct {
	rest    []string
	literal bool // after "--", words are no options

	method, url string
	headers     [][2]string // name and value
	data        []string
	hasData     bool
	json        bool
	get, head   bool
	globOff     bool
	pathAsIs    bool
}

// word takes one option with its argument, or the URL.
func (c *curlLine) word() error {
	w := c.rest[0]
	c.rest = c.rest[1:]
	switch {
	case c.literal, w == "-", !strings.HasPrefix(w, "-"):
		return c.setURL(w)
	case w == "--":
		c.literal = true
		return nil
	case strings.HasPrefix(w, "--"):
		return c.long(w)
	}
	return c.short(w)
}

// long takes a long option. curl knows no --name=value.
func (c *curlLine) long(w string) error {
	name := strings.TrimPrefix(w, "--")
	o, known := curlOptions[name]
	if !known {
		off, negated := strings.CutPrefix(name, "no-")
		if o, known := curlOptions[off]; negated && known && !o.argument && o.set == nil {
			return nil
		}
		return fmt.Errorf("the option %q is not known here; leave it out if it changes neither URL, headers nor body", shorten(w))
	}
	return c.option("--"+name, o, nil)
}

// short takes a word of short options, such as -sSXPOST.
func (c *curlLine) short(w string) error {
	for i := 1; i < len(w); i++ {
		name, known := curlShort[w[i]]
		if !known {
			return fmt.Errorf("the option %q is not known here; leave it out if it changes neither URL, headers nor body", "-"+shorten(w[i:]))
		}
		o := curlOptions[name]
		if o.argument {
			var glued *string
			if rest := w[i+1:]; rest != "" {
				glued = &rest
			}
			return c.option(w[:1]+w[i:i+1], o, glued)
		}
		if err := c.option("-"+w[i:i+1], o, nil); err != nil {
			return err
		}
	}
	return nil
}

// option does what one option says. glued is an argument in the option's word.
func (c *curlLine) option(name string, o curlOption, glued *string) error {
	value := ""
	switch {
	case glued != nil:
		value = *glued
	case o.argument && len(c.rest) == 0:
		return fmt.Errorf("the option %s needs a value and stands last", name)
	case o.argument:
		value, c.rest = c.rest[0], c.rest[1:]
	}
	if o.refused != "" {
		return fmt.Errorf("the option %s cannot be explained: %s", name, o.refused)
	}
	if o.set == nil {
		return nil
	}
	if err := o.set(c, value); err != nil {
		return fmt.Errorf("the option %s: %w", name, err)
	}
	return nil
}

// request is what curl makes of all of it.
func (c *curlLine) request() (curlRequest, error) {
	if c.url == "" {
		return curlRequest{}, errors.New("the curl line has no URL; expected one that begins with http:// or https://")
	}
	r := curlRequest{method: c.verb(), url: c.url, body: strings.Join(c.data, "&")}
	if err := c.checkURL(); err != nil {
		return r, err
	}
	r.url, _, _ = strings.Cut(r.url, "#")
	if c.get && c.hasData {
		separator := "?"
		if strings.Contains(r.url, "?") {
			separator = "&"
		}
		r.url, r.body = r.url+separator+r.body, ""
	}
	typed := false
	for _, h := range c.headers {
		switch name, value := h[0], h[1]; {
		case name == "Content-Type":
			typed = true
			if value != "" {
				r.contentType = append(r.contentType, value)
			}
		case value == "":
		case name == "Authorization":
			r.authorization = append(r.authorization, value)
		case name == "Host":
			r.host = value
		}
	}
	if !typed && c.hasData && !c.get {
		r.contentType = []string{"application/x-www-form-urlencoded"}
		if c.json {
			r.contentType = []string{"application/json"}
		}
	}
	return r, nil
}

func (c *curlLine) verb() string {
	switch {
	case c.method != "":
		return c.method
	case c.head:
		return "HEAD"
	case c.hasData && !c.get:
		return "POST"
	}
	return "GET"
}

// checkURL refuses what curl would not send as it stands.
func (c *curlLine) checkURL() error {
	scheme, rest, ok := strings.Cut(c.url, "://")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return fmt.Errorf("the URL %q does not begin with http:// or https://, and the scheme is signed", shorten(c.url))
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	target, _, _ := strings.Cut(rest[end:], "#")
	if strings.Contains(rest[:end], "@") {
		return errors.New("the URL holds a user name, which curl sends in place of the OAuth header; leave it out")
	}
	if !c.globOff && strings.ContainsAny(target, "[]{}") {
		return errors.New("curl expands brackets and braces in a URL; add --globoff if they are meant as they stand")
	}
	urlPath, _, _ := strings.Cut(target, "?")
	if dots := "/" + urlPath + "/"; !c.pathAsIs && (strings.Contains(dots, "/./") || strings.Contains(dots, "/../")) {
		return errors.New("curl tidies the dots out of a path; write the path that they lead to, or add --path-as-is if it was sent so")
	}
	return nil
}

// shorten keeps a word of the line short in a message.
func shorten(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
