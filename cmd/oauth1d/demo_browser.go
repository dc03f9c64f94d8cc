package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// demoBrowser does what a user does in a browser: it follows links and
// redirects, keeps cookies and fills in forms.
type demoBrowser struct {
	client *http.Client
	stop   string // URL prefix at which it stops following
}

func newDemoBrowser(stop string) *demoBrowser {
	jar, _ := cookiejar.New(nil) // without options it cannot fail
	b := &demoBrowser{stop: stop}
	b.client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), b.stop) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

// A form is an HTML form on a page.
type form struct {
	action string
	fields url.Values
}

// open fetches a page and returns its form that has the named field or button.
func (b *demoBrowser) open(ctx context.Context, page, field string) (form, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return form{}, err
	}
	f, _, err := b.do(r, field)
	return f, err
}

// submit posts a form. It returns the next page's form with the named field, or
// where the browser was sent when that is its stop.
func (b *demoBrowser) submit(ctx context.Context, f form, field string) (form, string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.action, strings.NewReader(f.fields.Encode()))
	if err != nil {
		return form{}, "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r, field)
}

func (b *demoBrowser) do(r *http.Request, field string) (form, string, error) {
	resp, err := b.client.Do(r)
	if err != nil {
		return form{}, "", fmt.Errorf("%s %s: %w", r.Method, r.URL, err)
	}
	defer resp.Body.Close()
	if to := resp.Header.Get("Location"); strings.HasPrefix(to, b.stop) {
		return form{}, to, nil
	}
	if resp.StatusCode != http.StatusOK {
		return form{}, "", fmt.Errorf("%s %s was answered %d", r.Method, r.URL, resp.StatusCode)
	}
	f, err := findForm(io.LimitReader(resp.Body, 1<<20), resp.Request.URL, field)
	return f, "", err
}

// findForm reads a page and returns the form with the named field.
func findForm(page io.Reader, at *url.URL, field string) (form, error) {
	var f form
	for z := html.NewTokenizer(page); ; {
		switch z.Next() {
		case html.ErrorToken:
			return form{}, fmt.Errorf("page %s has no form with the field %s", at.Path, field)
		case html.EndTagToken:
			if t := z.Token(); t.Data == "form" && f.fields.Has(field) {
				return f, nil
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.Data {
			case "form":
				to, err := at.Parse(attribute(t, "action"))
				if err != nil {
					return form{}, fmt.Errorf("form on %s: %w", at.Path, err)
				}
				f = form{action: to.String(), fields: url.Values{}}
			case "input", "button":
				if name := attribute(t, "name"); name != "" && f.fields != nil {
					f.fields.Set(name, attribute(t, "value"))
				}
			}
		}
	}
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
