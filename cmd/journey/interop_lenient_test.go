package journey

import (
	"testing"

	"oauth1d/provider/oauth1"
)

// TestALibraryIsLetInByALenience takes a library that departs from RFC 5849: it is
// refused, let in once its consumer may deviate, and refused still when it signs
// for another consumer.
func TestALibraryIsLetInByALenience(t *testing.T) {
	i := startInterop(t)
	do := startAuthlib(t, i.edge.caFile)
	other := i.d.addConsumer("--name", "Scanner", "--callback", "oob")
	i.d.issueToken(other, "ada")
	var token struct{ Token, Secret string }
	i.d.json(&token, "token", "issue", "--consumer", i.base.Key, "--user", "ada", "--format", "json")

	for _, via := range []string{"query", "form"} {
		j := i.job("call", oauth1.HMACSHA1, via)
		j.Token, j.TokenSecret, j.Method, j.URL = token.Token, token.Secret, "POST", i.edge.url+"/photos?size=original"
		j.Form = [][2]string{{"title", "a b"}}
		theirs := j
		theirs.Key, theirs.Secret, theirs.Token, theirs.TokenSecret = other.key, other.secret, other.token, other.tokenSecret

		i.d.cli("", "consumer", "set", i.base.Key, "--accept", "")
		if r := do(t, j); r.Problem != oauth1.ProblemParameterRejected {
			t.Errorf("in the %s, by default: got %+v", via, r)
		}
		i.d.cli("", "consumer", "set", i.base.Key, "--accept", "repeated-parameters")
		if r := do(t, j); r.Status != 200 {
			t.Errorf("in the %s, accepted: got %+v", via, r)
		}
		if r := do(t, theirs); r.Problem != oauth1.ProblemParameterRejected {
			t.Errorf("in the %s, by another consumer: got %+v", via, r)
		}
	}
}
