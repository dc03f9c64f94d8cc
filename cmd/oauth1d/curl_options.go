package main

// A curlOption is what an option of curl does to the request.
type curlOption struct {
	argument bool
	set      func(c *curlLine, value string) error // nil: nothing that is signed
	refused  string                                // why it cannot be followed
}

const notSigned = "OAuth 1.0a does not sign a multipart body; leave it out and give the header, -H 'Content-Type: multipart/form-data', in its place"

// curlOptions are the long options that are known.
var curlOptions = map[string]curlOption{
	"request":        {argument: true, set: func(c *curlLine, v string) error { c.method = v; return nil }},
	"header":         {argument: true, set: (*curlLine).setHeader},
	"url":            {argument: true, set: (*curlLine).setURL},
	"data":           {argument: true, set: (*curlLine).setData},
	"data-ascii":     {argument: true, set: (*curlLine).setData},
	"data-binary":    {argument: true, set: (*curlLine).setData},
	"data-raw":       {argument: true, set: (*curlLine).addData},
	"data-urlencode": {argument: true, set: (*curlLine).setEncoded},
	"json":           {argument: true, set: (*curlLine).setJSON},
	"get":            {set: func(c *curlLine, _ string) error { c.get = true; return nil }},
	"head":           {set: func(c *curlLine, _ string) error { c.head = true; return nil }},
	"globoff":        {set: func(c *curlLine, _ string) error { c.globOff = true; return nil }},
	"path-as-is":     {set: func(c *curlLine, _ string) error { c.pathAsIs = true; return nil }},

	"user":          {argument: true, refused: "a user name and password take the place of the OAuth header; leave them out"},
	"oauth2-bearer": {argument: true, refused: "a bearer token takes the place of the OAuth header; leave it out"},
	"form":          {argument: true, refused: notSigned},
	"form-string":   {argument: true, refused: notSigned},
	"upload-file":   {argument: true, refused: "it sends a file, which is not looked at here; paste a form with --data-raw, and leave any other body out"},
	"config":        {argument: true, refused: "it reads options from a file, which is not looked at here; paste them"},
	"url-query":     {argument: true, refused: "write the query into the URL, as it was sent"},
	"next":          {refused: "it begins a second request; expected one"},

	// What follows is no part of what is signed.
	"user-agent": {argument: true}, "referer": {argument: true}, "cookie": {argument: true}, "cookie-jar": {argument: true},
	"output": {argument: true}, "write-out": {argument: true}, "dump-header": {argument: true},
	"max-time": {argument: true}, "connect-timeout": {argument: true}, "retry": {argument: true}, "max-redirs": {argument: true},
	"proxy": {argument: true}, "resolve": {argument: true}, "connect-to": {argument: true}, "unix-socket": {argument: true}, "interface": {argument: true},
	"cacert": {argument: true}, "capath": {argument: true}, "cert": {argument: true}, "key": {argument: true}, "ciphers": {argument: true}, "tls-max": {argument: true},
	"silent": {}, "show-error": {}, "insecure": {}, "include": {}, "verbose": {}, "location": {}, "compressed": {},
	"fail": {}, "fail-with-body": {}, "no-buffer": {}, "buffer": {}, "progress-bar": {}, "remote-name": {}, "raw": {},
	"http1.0": {}, "http1.1": {}, "http2": {}, "http3": {}, "tlsv1.2": {}, "tlsv1.3": {}, "ipv4": {}, "ipv6": {},
	"keepalive": {}, "tcp-nodelay": {}, "disable": {},
}

// curlShort are the short options, by the name of the long ones.
var curlShort = map[byte]string{
	'X': "request", 'H': "header", 'd': "data", 'G': "get", 'I': "head", 'g': "globoff",
	'u': "user", 'F': "form", 'T': "upload-file", 'K': "config", ':': "next",
	'A': "user-agent", 'e': "referer", 'b': "cookie", 'c': "cookie-jar", 'o': "output", 'w': "write-out", 'D': "dump-header",
	'm': "max-time", 'x': "proxy", 'E': "cert",
	's': "silent", 'S': "show-error", 'k': "insecure", 'i': "include", 'v': "verbose", 'L': "location", 'f': "fail",
	'N': "no-buffer", '#': "progress-bar", 'O': "remote-name", '0': "http1.0", '4': "ipv4", '6': "ipv6", 'q': "disable",
}
