package explain

import "slices"

// The causes: a closed set, so that they can be a metric label.
const (
	causeScheme           = "scheme"
	causeHost             = "host"
	causePort             = "port"
	causePathPrefix       = "path_prefix"
	causeTrailingSlash    = "trailing_slash"
	causePathTwice        = "path_encoded_twice"
	causePathNotEncoded   = "path_not_encoded"
	causeTwice            = "parameters_encoded_twice"
	causeNotEncoded       = "parameters_not_encoded"
	causePlus             = "plus_sign"
	causeUnreserved       = "unreserved_encoded"
	causeLowerHex         = "lower_case_hex"
	causeQueryLeftOut     = "query_left_out"
	causeQueryAdded       = "query_added"
	causeFormLeftOut      = "form_left_out"
	causeFormAdded        = "form_added"
	causeRealm            = "realm_signed"
	causeSortedBefore     = "sorted_before_encoding"
	causeNotSorted        = "not_sorted"
	causeDuplicates       = "duplicates_merged"
	causeEmpty            = "empty_values_dropped"
	causeLeftOut          = "parameter_left_out"
	causeNoTokenSecret    = "token_secret_missing"
	causeRequestToken     = "token_secret_of_request_token"
	causeAmpersand        = "ampersand_missing"
	causeSecretEncoding   = "secret_encoding"
	causePrevious         = "previous_secret"
	causeDigest           = "digest"
	causeFamily           = "method_family"
	causeMethod           = "http_method"
	causeBodyHash         = "body_hash"
	causeSignatureEncoded = "signature_encoding"
	causeUnknown          = "unknown"
)

var causes = []string{
	causeScheme, causeHost, causePort, causePathPrefix, causeTrailingSlash, causePathTwice, causePathNotEncoded,
	causeTwice, causeNotEncoded, causePlus, causeUnreserved, causeLowerHex,
	causeQueryLeftOut, causeQueryAdded, causeFormLeftOut, causeFormAdded, causeRealm,
	causeSortedBefore, causeNotSorted, causeDuplicates, causeEmpty, causeLeftOut,
	causeNoTokenSecret, causeRequestToken, causeAmpersand, causeSecretEncoding, causePrevious,
	causeDigest, causeFamily, causeMethod, causeBodyHash, causeSignatureEncoded, causeUnknown,
}

// Causes returns every word that can be a cause, for counters that are to exist
// before they count.
func Causes() []string { return slices.Clone(causes) }

// merged returns the union of some causes, each once, in their fixed order.
func merged(lists ...[]string) []string {
	var all []string
	for _, list := range lists {
		for _, c := range list {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int { return slices.Index(causes, a) - slices.Index(causes, b) })
	return all
}
