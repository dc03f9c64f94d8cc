package policy

import "testing"

func TestPlainPaths(t *testing.T) {
	for _, row := range []struct{ name, raw, want string }{
		{"the root", "/", "/"},
		{"as it stands", "/photos/2024/a-b_c~d.jpg", "/photos/2024/a-b_c~d.jpg"},
		{"a slash at the end", "/photos/", "/photos/"},
		{"decoded", "/a%20b/%61", "/a b/a"},
		{"a plus is a plus", "/a+b", "/a+b"},
		{"text beyond ASCII, encoded", "/caf%C3%A9/%e5%86%99%E7%9C%9F", "/café/写真"},
		{"text beyond ASCII as itself", "/café", "/café"},
		{"dots in names", "/.well-known/a..b/x.y./...z", "/.well-known/a..b/x.y./...z"},
		{"an ellipsis in a name", "/wait\u2026/x", "/wait\u2026/x"},
		{"marks that occur in names", "/What%3F/c%23/a%3Ab/@me/v1:run/$x/(1)/!/'", "/What?/c#/a:b/@me/v1:run/$x/(1)/!/'"},
		{"what browsers leave as it is", `/"<>^{|}[]` + "`", `/"<>^{|}[]` + "`"},
		{"an emoji with a joiner", "/%F0%9F%91%A9%E2%80%8D%F0%9F%9A%80", "/👩\u200d🚀"},
		{"a Turkish name where case counts", "/ist%C4%B1", "/ist\u0131"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := read(row.raw, false); got != (reading{path: row.want}) {
				t.Errorf("%q: got %+v, want the path %q", row.raw, got, row.want)
			}
		})
	}
}

func TestAmbiguousPaths(t *testing.T) {
	const (
		slash    = "an encoded slash"
		percent  = "an encoded percent sign"
		escape   = "a percent sign without two hexadecimal digits"
		dots     = "a dot segment"
		empty    = "an empty segment"
		back     = "a backslash"
		semi     = "a semicolon"
		control  = "a control character"
		bytes    = "bytes that are no UTF-8"
		lookLike = "a character that some systems take for a slash or a semicolon"
	)
	for raw, want := range map[string]string{
		"": "no slash at its beginning", "*": "no slash at its beginning", "photos": "no slash at its beginning",
		"http://host/photos": "no slash at its beginning", "%2Fphotos": "no slash at its beginning",
		"/a?b": "a question mark that is not encoded", "/a#b": "a number sign that is not encoded", "/a b": "a space that is not encoded",
		"/.": dots, "/..": dots, "/a/.": dots, "/a/./b": dots, "/a/../b": dots, "/a/%2e%2E/b": dots, "/a/.%2e": dots, "/a/...": dots,
		"/a/..%20/b": dots, "/a/%20../b": dots, "/a/%20": dots, "/a/%E2%80%A5/b": dots, "/a/%EF%BC%8E%ef%bc%8e/b": dots, "/a/\u2024\u2024": dots,
		"//": empty, "//a": empty, "/a//b": empty, "/a//": empty,
		"/a%2Fb": slash, "/a%2fb": slash, "/a%252Fb": percent, "/a%25": percent,
		"/%": escape, "/a%2": escape, "/a%zz": escape, "/a%u002F": escape, "/a%%32%46": escape, "/a%-1": escape, "/a%2g": escape,
		`/a\b`: back, "/a%5Cb": back, "/a%5cb": back,
		"/a;b": semi, "/a%3Bb": semi, "/a/..;/b": semi, "/a%3b": semi,
		"/a\x00": control, "/a%00": control, "/a%0A": control, "/a%0d": control, "/a%09b": control, "/a%7F": control, "/a\x1f": control, "/a%C2%85": control,
		"/a%C0%AE": bytes, "/a%c0%af": bytes, "/a%FF": bytes, "/a\xff": bytes, "/a%ED%A0%80": bytes, "/a%E0%80%AF": bytes, "/a%C3": bytes, "/a%F4%90%80%80": bytes,
		"/a%EF%BC%8Fb": lookLike, "/a\u2044b": lookLike, "/a%E2%88%95b": lookLike, "/a%EF%BC%BCb": lookLike, "/a%CD%BEb": lookLike, "/a%E2%84%80b": lookLike,
	} {
		for _, fold := range []bool{false, true} {
			if got := read(raw, fold); got != (reading{ambiguous: want}) {
				t.Errorf("%q: got %+v, want %q", raw, got, want)
			}
		}
		if got := (*Policy)(nil).Ambiguity(raw); got != want {
			t.Errorf("%q: the policy says %q, want %q", raw, got, want)
		}
	}
}

func TestAmbiguousPathsWithoutCase(t *testing.T) {
	const (
		folds = "a character that some systems fold to an ASCII letter"
		ends  = "a segment that ends in a dot or a space"
		parts = "the name of a file's stream"
	)
	for raw, want := range map[string]string{
		"/adm%C4%B1n": folds, "/\u212a": folds, "/u\u017fers": folds, "/\u0130": folds, "/o\ufb03ce": folds,
		"/admin./x": ends, "/admin%20/x": ends, "/x/admin.": ends, "/admin.%20": ends,
		"/admin::$DATA": parts, "/admin:$i30:%24INDEX_ALLOCATION/users": parts, "/admin%3a%3a%24data": parts,
	} {
		if got := read(raw, true); got != (reading{ambiguous: want}) {
			t.Errorf("%q: got %+v, want %q", raw, got, want)
		}
		if got := read(raw, false); got.ambiguous != "" {
			t.Errorf("%q where case counts: got %q, want a plain path", raw, got.ambiguous)
		}
	}
	if got := read("/stra%C3%9Fe/%C3%84", true); got != (reading{path: "/straße/Ä"}) {
		t.Errorf("letters that stay beyond ASCII: got %+v", got)
	}
}
