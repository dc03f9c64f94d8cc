package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"oauth1d/provider/explain"
)

// causeWords say what each cause means. Every word of explain.Causes has one.
var causeWords = map[string]string{
	"scheme":                        "http was signed where https is the public address, or the reverse",
	"host":                          "another host was signed than the public one",
	"port":                          "a port was signed that is the default one, or one was left out that is not",
	"path_prefix":                   "a part at the beginning of the path was signed and not sent, or the reverse",
	"trailing_slash":                "a slash at the end of the path, on one side only",
	"path_encoded_twice":            "the path was percent-encoded before it was encoded",
	"path_not_encoded":              "the path was signed as it reads, not as it was sent",
	"parameters_encoded_twice":      "names and values were encoded once too often",
	"parameters_not_encoded":        "names and values were encoded once too few",
	"plus_sign":                     `a blank was signed as "+" or "%2B"; it is "%20"`,
	"unreserved_encoded":            `letters, digits, "-", ".", "_" or "~" were encoded, or others were not`,
	"lower_case_hex":                `"%2f" was signed; hex digits are upper case`,
	"query_left_out":                "the parameters of the query were not signed",
	"query_added":                   "a query was signed that did not arrive, or it was signed twice",
	"form_left_out":                 "the parameters of the form were not signed",
	"form_added":                    "a body was signed that is no form",
	"realm_signed":                  "realm was signed; it alone is not",
	"sorted_before_encoding":        "parameters were sorted as they read; they are sorted as they are encoded",
	"not_sorted":                    "parameters were not sorted, or by name only",
	"duplicates_merged":             "of parameters with one name only one was signed",
	"empty_values_dropped":          "parameters without a value were not signed",
	"parameter_left_out":            "an oauth_ parameter was sent and not signed",
	"token_secret_missing":          "the token's secret was not in the key",
	"token_secret_of_request_token": "the request token's secret was in the key in place of the access token's",
	"ampersand_missing":             `the "&" was not in the key; it stays without a token`,
	"secret_encoding":               "a secret was not encoded in the key, or twice",
	"previous_secret":               "the secret or key of before the last rotation was used",
	"digest":                        "another digest was used than the method names",
	"method_family":                 "another kind of method was used than is named: RSA, HMAC or PLAINTEXT",
	"http_method":                   "another HTTP method was signed, or one in lower case",
	"body_hash":                     "oauth_body_hash was signed and not sent, or is of another body",
	"signature_encoding":            "the signature itself was mangled: encoded twice, cut, base64url, hex",
	"unknown":                       "nothing that was tried matches: most likely a wrong secret",
}

func helpCauses() string {
	var b strings.Builder
	b.WriteString(`"oauth1d request explain" names what is different between what the consumer signed
and what arrived by one of these words, or by two of them. They are the label of
oauth1d_signature_mismatch_total as well, where unexplained counts what was not
looked into: only some refusals a second are.

`)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CAUSE\tWHAT IS DIFFERENT")
	for _, cause := range explain.Causes() {
		fmt.Fprintf(w, "%s\t%s\n", cause, causeWords[cause])
	}
	_ = w.Flush() // into memory
	return b.String()
}
