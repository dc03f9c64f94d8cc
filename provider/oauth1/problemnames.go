package oauth1

// The names of problems. Most are those of the OAuth Problem Reporting
// extension, which clients of twenty years look for; the last group is ours and
// says what no older word does.
const (
	ProblemVersionRejected         = "version_rejected"
	ProblemParameterAbsent         = "parameter_absent"
	ProblemParameterRejected       = "parameter_rejected"
	ProblemTimestampRefused        = "timestamp_refused"
	ProblemSignatureMethodRejected = "signature_method_rejected"

	ProblemNonceUsed                       = "nonce_used"
	ProblemConsumerKeyUnknown              = "consumer_key_unknown"
	ProblemConsumerKeyRejected             = "consumer_key_rejected"
	ProblemConsumerKeyRefused              = "consumer_key_refused"
	ProblemTokenUsed                       = "token_used"
	ProblemTokenExpired                    = "token_expired"
	ProblemTokenRevoked                    = "token_revoked"
	ProblemTokenRejected                   = "token_rejected"
	ProblemSignatureInvalid                = "signature_invalid"
	ProblemVerifierInvalid                 = "verifier_invalid"
	ProblemPermissionUnknown               = "permission_unknown"
	ProblemPermissionDenied                = "permission_denied"
	ProblemUserRefused                     = "user_refused"
	ProblemAdditionalAuthorizationRequired = "additional_authorization_required"

	ProblemBodyHashMismatch    = "body_hash_mismatch"
	ProblemFormBodyUnavailable = "form_body_unavailable"
	ProblemRateLimited         = "rate_limited"
	ProblemForwardedURLMissing = "forwarded_url_missing"
	ProblemUntrustedPeer       = "untrusted_peer"
	ProblemStoreError          = "store_error"
	ProblemInternal            = "internal_error" // what Refuse makes of an unknown name
)

// OutcomeNoCredentials is the outcome of a request without any oauth_
// parameter.
const OutcomeNoCredentials = "no_credentials"

// problemKinds gives every name its status (§3.2, C-9). Where older providers
// answer 503 to user_refused and consumer_key_refused we answer 403: a load
// balancer takes a 503 for a broken node.
var problemKinds = [...]struct {
	name   string
	status int
}{
	{ProblemVersionRejected, 400},
	{ProblemParameterAbsent, 400},
	{ProblemParameterRejected, 400},
	{ProblemTimestampRefused, 400},
	{ProblemSignatureMethodRejected, 400},

	{ProblemNonceUsed, 401},
	{ProblemConsumerKeyUnknown, 401},
	{ProblemConsumerKeyRejected, 401},
	{ProblemConsumerKeyRefused, 403},
	{ProblemTokenUsed, 401},
	{ProblemTokenExpired, 401},
	{ProblemTokenRevoked, 401},
	{ProblemTokenRejected, 401},
	{ProblemSignatureInvalid, 401},
	{ProblemVerifierInvalid, 401},
	{ProblemPermissionUnknown, 401},
	{ProblemPermissionDenied, 401},
	{ProblemUserRefused, 403},
	{ProblemAdditionalAuthorizationRequired, 401},

	{ProblemBodyHashMismatch, 401},
	{ProblemFormBodyUnavailable, 400},
	{ProblemRateLimited, 429},
	{ProblemForwardedURLMissing, 400},
	{ProblemUntrustedPeer, 403},
	{ProblemStoreError, 503},
	{ProblemInternal, 500},
}

// Outcomes returns every word that Outcome can return, for counters that are
// to exist before they count.
func Outcomes() []string {
	names := []string{OutcomeNoCredentials}
	for _, k := range problemKinds {
		names = append(names, k.name)
	}
	return names
}

// protocolNames are the parameter names that a refusal may repeat.
var protocolNames = []string{
	"oauth_consumer_key", "oauth_token", "oauth_signature_method", "oauth_signature",
	"oauth_timestamp", "oauth_nonce", "oauth_version", "oauth_callback",
	"oauth_verifier", "oauth_session_handle", "oauth_body_hash",
}
