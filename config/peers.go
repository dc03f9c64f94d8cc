package config

import (
	"fmt"
	"net/netip"
)

// peers takes networks, single addresses and "unix".
var peers = kind{list: true, parse: func(v raw, say report) any {
	const example = `["127.0.0.0/8", "unix"]`
	var p Peers
	if !v.check(list, example, say) {
		return p
	}
	for _, item := range v.items {
		if !item.check(scalar, example, say) {
			continue
		}
		if item.text == "unix" {
			p.Unix = true
			continue
		}
		n, err := parseNetwork(item.text)
		if err != nil {
			say(item.at, err.Error())
			continue
		}
		p.Networks = append(p.Networks, n)
	}
	return p
}}

func parseNetwork(text string) (netip.Prefix, error) {
	n, err := netip.ParsePrefix(text)
	if ip, single := netip.ParseAddr(text); single == nil && ip.Zone() == "" {
		n, err = netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	switch {
	case err != nil:
		return n, fmt.Errorf(`%q is no network; write e.g. "10.1.0.0/16", "192.0.2.7" or "unix"`, text)
	case n.Addr().Is4In6():
		return n, fmt.Errorf("%q is an IPv4 address in IPv6 clothes, which never matches; write it as IPv4", text)
	case n != n.Masked():
		return n, fmt.Errorf("%q has bits beyond its length; write %q or the single address %q", text, n.Masked(), n.Addr())
	}
	return n, nil
}

// holdsNearlyEverybody reports whether n is no statement about who a peer is.
// The shortest networks that anyone owns are 10.0.0.0/8 and fc00::/7; halves of
// the internet are the usual way around a check for /0.
func holdsNearlyEverybody(n netip.Prefix) bool {
	if n.Addr().Is4() {
		return n.Bits() < 8
	}
	return n.Bits() < 7
}
