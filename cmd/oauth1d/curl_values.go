package main

// What the options of a curl line do with their values.

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"

	"oauth1d/provider/oauth1"
)

func (c *curlLine) setURL(w string) error {
	if c.url != "" {
		return fmt.Errorf("there are two URLs, %q and %q; expected one", shorten(c.url), shorten(w))
	}
	if w == "" {
		return errors.New("the URL is empty; expected one that begins with http:// or https://")
	}
	c.url = w
	return nil
}

func (c *curlLine) setHeader(value string) error {
	if strings.HasPrefix(value, "@") {
		return errFromFile
	}
	name, text, ok := strings.Cut(value, ":")
	switch {
	case ok && strings.TrimSpace(text) != "":
		c.headers = append(c.headers, [2]string{textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)), strings.Trim(text, " \t\r\n")})
	case ok: // curl leaves a header of its own out
		c.headers = append(c.headers, [2]string{textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)), ""})
	case strings.HasSuffix(value, ";"): // an empty one
	default:
		return fmt.Errorf("%q is no header; expected Name: value", shorten(value))
	}
	return nil
}

var errFromFile = errors.New("its value is read from a file, which is not looked at here; paste what the file holds")

func (c *curlLine) setData(value string) error {
	if strings.HasPrefix(value, "@") {
		return errFromFile
	}
	return c.addData(value)
}

// addData adds a piece of the body; curl joins pieces by "&".
func (c *curlLine) addData(value string) error {
	c.data, c.hasData = append(c.data, value), true
	return nil
}

// setJSON is addData for --json, whose pieces are joined by nothing.
func (c *curlLine) setJSON(value string) error {
	if strings.HasPrefix(value, "@") {
		return errFromFile
	}
	c.json, c.hasData = true, true
	if len(c.data) > 0 {
		c.data[len(c.data)-1] += value
		return nil
	}
	c.data = append(c.data, value)
	return nil
}

// setEncoded takes content, =content or name=content.
func (c *curlLine) setEncoded(value string) error {
	name, content, named := strings.Cut(value, "=")
	if at := strings.IndexByte(value, '@'); at >= 0 && (!named || at < len(name)) {
		return errFromFile
	}
	switch {
	case !named:
		return c.addData(oauth1.Escape(value))
	case name == "":
		return c.addData(oauth1.Escape(content))
	}
	return c.addData(name + "=" + oauth1.Escape(content))
}
