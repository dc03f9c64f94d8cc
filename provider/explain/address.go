package explain

import (
	"strings"

	"oauth1d/provider/oauth1"
)

// Variations of scheme, host, port and path.

var addressVariations = []variation{
	{causeScheme, SideProxy, "the consumer signed the other scheme: http for https, or the reverse",
		"sign the public address; if that was signed, the reverse proxy must convey the scheme that the client used (X-Forwarded-Proto), or public_url and proxy.hosts must name it",
		otherScheme},
	{causeHost, SideConsumer, "the consumer signed another host than the one of the request",
		"sign the host of the public address, as the request goes to it; or let proxy.hosts also accept the host that is signed",
		otherHosts},
	{causePort, SideConsumer, "the consumer signed another port, or kept a default port, or left out one that is not",
		"leave :443 out with https and :80 with http, keep every other port, and sign the port of the public address (§3.4.1.2)",
		otherPorts},
	{causeHost, SideProxy, "the consumer signed another address of this service, with its scheme, host and port",
		"sign the public address; if that was signed, the reverse proxy must convey the scheme and host that the client used, or public_url and proxy.hosts must name them",
		wholeOrigins},
}

var pathVariations = []variation{
	{causePathPrefix, SideProxy, "the consumer signed the path with another prefix than the one of the request",
		"sign the path of the public address; where a reverse proxy takes a prefix off or puts one before, name it in public_url or proxy.hosts",
		otherPrefixes},
	{causeTrailingSlash, SideConsumer, "the consumer signed the path with a slash at its end that was not sent, or without one that was",
		"sign the path as it is sent, slash and all", trailingSlash},
	{causePathTwice, SideConsumer, "the consumer signed the path encoded once more than it was sent",
		"sign the path as it is sent; its escapes are encoded in the base string once (§3.4.1.2)", pathEncodedTwice},
	{causePathNotEncoded, SideConsumer, "the consumer signed the path decoded, or left it unencoded in the base string",
		"sign the path as it is sent, escapes and all (§3.4.1.2)", pathNotEncoded},
}

func otherScheme(*model, *facts) []edit {
	return []edit{func(m *model) bool {
		if m.scheme == "https" {
			m.scheme = "http"
		} else {
			m.scheme = "https"
		}
		return true
	}}
}

func setHost(host string) edit {
	return func(m *model) bool {
		if host == "" || host == m.host {
			return false
		}
		m.host = host
		return true
	}
}

func otherHosts(m *model, f *facts) []edit {
	var all []edit
	for _, o := range f.origins {
		host, _ := splitHost(strings.ToLower(o.Host))
		all = append(all, setHost(host))
	}
	if bare, found := strings.CutPrefix(m.host, "www."); found {
		all = append(all, setHost(bare))
	} else {
		all = append(all, setHost("www."+m.host))
	}
	sent, _ := splitHost(f.sentHost)
	return append(all, setHost(sent), setHost("localhost"), setHost("127.0.0.1"))
}

// wholeOrigins exchanges three things at once, which no combination of two does: a
// proxy that conveys its own inner address.
func wholeOrigins(m *model, f *facts) []edit {
	var all []edit
	for _, o := range f.origins {
		scheme := strings.ToLower(o.Scheme)
		host, port := splitHost(strings.ToLower(o.Host))
		all = append(all, func(m *model) bool {
			if scheme == m.scheme || host == m.host || port == m.port {
				return false
			}
			m.scheme, m.host, m.port = scheme, host, port
			return true
		})
	}
	return all
}

func setPort(port string) edit {
	return func(m *model) bool {
		before := m.signedPort()
		was, kept := m.port, m.keepPort
		m.port, m.keepPort = port, true
		if port == "" {
			m.keepPort = false
		}
		if m.signedPort() == before {
			m.port, m.keepPort = was, kept
			return false
		}
		return true
	}
}

func otherPorts(_ *model, f *facts) []edit {
	all := []edit{
		func(m *model) bool { return setPort(defaultPort(m.scheme))(m) },
		setPort(""),
	}
	for _, o := range f.origins {
		_, port := splitHost(o.Host)
		all = append(all, setPort(port))
	}
	for _, port := range []string{"80", "443", "8080", "8443"} {
		all = append(all, setPort(port))
	}
	return all
}

func setPath(change func(path string) string) edit {
	return func(m *model) bool {
		path := change(m.path)
		if path == m.path || path == "" {
			return false
		}
		m.path = path
		return true
	}
}

func otherPrefixes(_ *model, f *facts) []edit {
	var all []edit
	for _, o := range f.origins {
		if o.Prefix == "" || o.Prefix == "/" {
			continue
		}
		prefix := strings.TrimSuffix(o.Prefix, "/")
		all = append(all,
			setPath(func(path string) string { return prefix + path }),
			setPath(func(path string) string {
				if rest, found := strings.CutPrefix(path, prefix); found && strings.HasPrefix(rest, "/") {
					return rest
				}
				return path
			}))
	}
	return append(all, setPath(withoutFirst), setPath(func(path string) string { return withoutFirst(withoutFirst(path)) }))
}

// withoutFirst drops the first segment of a path.
func withoutFirst(path string) string {
	if len(path) < 2 {
		return path
	}
	if i := strings.IndexByte(path[1:], '/'); i >= 0 {
		return path[1+i:]
	}
	return path
}

func trailingSlash(*model, *facts) []edit {
	return []edit{setPath(func(path string) string {
		if bare, found := strings.CutSuffix(path, "/"); found {
			return bare
		}
		return path + "/"
	}), func(m *model) bool { // the root without its slash (§3.4.1.2 puts it there)
		if m.path != "/" {
			return false
		}
		m.path = ""
		return true
	}}
}

func pathEncodedTwice(*model, *facts) []edit {
	return []edit{
		setPath(func(path string) string { return strings.ReplaceAll(path, "%", "%25") }),
		func(m *model) bool { // in the base string
			m.uri = spelling{times: twice}
			return true
		},
	}
}

func pathNotEncoded(*model, *facts) []edit {
	return []edit{
		setPath(plainPath),
		setPath(func(path string) string { // decoded, and encoded as one likes it
			plain := plainPath(path)
			again := standard.append(nil, plain)
			return strings.ReplaceAll(string(again), "%2F", "/")
		}),
		func(m *model) bool {
			m.uri = spelling{times: never}
			return true
		},
		func(m *model) bool { // the slashes of the base string
			m.uri = spelling{raw: "/:"}
			return true
		},
	}
}

// plainPath decodes a path; one that does not decode stays.
func plainPath(path string) string {
	if plain, ok := oauth1.Unescape(path); ok {
		return plain
	}
	return path
}
