package config

import (
	"fmt"
	"strings"
)

const hostExample = `- {host: "app.example.com", url: "https://app.example.com"}`

// hosts takes the map of conveyed hosts. It is a list, because viper lower-cases
// the keys of maps and splits them at dots.
var hosts = kind{list: true, bare: true, parse: func(v raw, say report) any {
	all := []Host{}
	if !v.check(list, hostExample, say) {
		return all
	}
	seen := map[string]bool{}
	for _, item := range v.items {
		if !item.check(section, hostExample, say) {
			continue
		}
		h := parseHostEntry(item, say)
		if seen[h.Host] {
			say(item.at, fmt.Sprintf("%q is mapped twice; remove one", h.Host))
		}
		seen[h.Host] = h.Host != ""
		all = append(all, h)
	}
	return all
}}

func parseHostEntry(item raw, say report) Host {
	var h Host
	given := map[string]bool{}
	for _, f := range item.fields {
		name := f.name.text
		if given[name] {
			say(f.name.at, fmt.Sprintf("%q is given twice; remove one", name))
			continue
		}
		given[name] = true
		switch name {
		case "host":
			h.Host = conveyedHost(f.value, say)
		case "url":
			h.URL = hostURL(f.value, false, say)
		case "also_accept":
			h.AlsoAccept = alsoAccept(f.value, say)
		default:
			say(f.name.at, fmt.Sprintf("%q: ", name)+misspelt(name, []string{"host", "url", "also_accept"}))
		}
	}
	for _, name := range []string{"host", "url"} {
		if !given[name] {
			say(item.at, fmt.Sprintf("an entry has no %s; write %s", name, hostExample))
		}
	}
	return h
}

func conveyedHost(v raw, say report) string {
	if !v.check(scalar, `"app.example.com"`, say) {
		return ""
	}
	host, err := parseHost(v.text)
	switch {
	case strings.Contains(v.text, "/"):
		say(v.at, fmt.Sprintf("%q is a URL; write the host alone, as the proxy conveys it", v.text))
	case err != nil:
		say(v.at, err.Error())
	case strings.HasSuffix(host, ":80") || strings.HasSuffix(host, ":443"):
		say(v.at, fmt.Sprintf("%q has a default port, which is taken off what the proxy conveys; write it without", v.text))
	}
	return host
}

func hostURL(v raw, keepPort bool, say report) URL {
	if !v.check(scalar, `"https://app.example.com"`, say) {
		return URL{}
	}
	u, err := parseURL(v.text, keepPort)
	if err != nil {
		say(v.at, err.Error())
	}
	return u
}

// alsoAccept keeps explicit default ports: that some consumers sign them is one
// of the reasons for this list.
func alsoAccept(v raw, say report) []URL {
	var all []URL
	if !v.check(list, `["http://app.example.com"]`, say) {
		return all
	}
	for _, item := range v.items {
		all = append(all, hostURL(item, true, say))
	}
	return all
}
