package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// A URL is a scheme, a host with its port if that is not the scheme's own, and
// a path prefix such as "/photos", or "".
type URL struct{ Scheme, Host, Prefix string }

// IsZero reports whether there is no URL.
func (u URL) IsZero() bool { return u == URL{} }

func (u URL) String() string {
	if u.IsZero() {
		return ""
	}
	return u.Scheme + "://" + u.Host + u.Prefix
}

// URL returns u as net/url has it, nil when there is none.
func (u URL) URL() *url.URL {
	if u.IsZero() {
		return nil
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Prefix}
}

// Hostname returns the host without a port or brackets.
func (u URL) Hostname() string { return (&url.URL{Host: u.Host}).Hostname() }

// isLoopback reports whether u cannot leave this machine.
func (u URL) isLoopback() bool {
	name := u.Hostname()
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback()
}

// An Address is where to listen, as net.Listen takes it.
type Address struct{ Network, Address string }

func (a Address) String() string {
	if a.Network == "unix" {
		return "unix:" + a.Address
	}
	return a.Address
}

// Peers are who is trusted: networks, and whoever is on a unix socket.
type Peers struct {
	Networks []netip.Prefix
	Unix     bool
}

func (p Peers) items() []string {
	items := make([]string, 0, len(p.Networks)+1)
	for _, n := range p.Networks {
		items = append(items, n.String())
	}
	if p.Unix {
		items = append(items, "unix")
	}
	return items
}

// A Size is a number of bytes.
type Size int

// String writes s with the largest unit that loses nothing.
func (s Size) String() string {
	for _, u := range sizeUnits {
		if s != 0 && s%u.bytes == 0 {
			return fmt.Sprint(int(s/u.bytes), u.name)
		}
	}
	return fmt.Sprint(int(s))
}

var sizeUnits = []struct {
	name  string
	bytes Size
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}

// durationText writes d as an operator would: 10m, not 10m0s.
func durationText(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
