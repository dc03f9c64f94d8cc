package config

import (
	"fmt"
	"strings"
)

const hostExample = `- {host: "app.example.com", url: "https://app.example.com"}`

// hosts takes the map of conveyed hosts.
var hosts = entries(hostExample, parseHostEntry, func(h Host) string { return h.Host })

func parseHostEntry(item raw, say report) Host {
	var h Host
	item.members(hostExample, say,
		member{"host", true, func(v raw) { h.Host = conveyedHost(v, say) }},
		member{"url", true, func(v raw) { h.URL = hostURL(v, false, say) }},
		member{"also_accept", false, func(v raw) { h.AlsoAccept = alsoAccept(v, say) }},
	)
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
