package signin

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
)

const formKeySize = 32

// FormToken returns what a form for purpose must carry to be taken for one that
// this session was shown, such as the id of the request token to be decided
// about. The session's key is new after sign-in, so that a form from before does
// not count.
//
// It comes on top of the check of the form's origin, which browsers make
// possible only where they say it.
func (s *SignIn) FormToken(r *http.Request, purpose string) string {
	sum := s.formSum(r, purpose)
	if sum == nil {
		return "" // no session; CheckFormToken accepts nothing then
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// CheckFormToken says whether got is the form token of this session for purpose.
func (s *SignIn) CheckFormToken(r *http.Request, purpose, got string) bool {
	want := s.formSum(r, purpose)
	sum, err := base64.RawURLEncoding.Strict().DecodeString(got)
	return want != nil && err == nil && hmac.Equal(sum, want)
}

func (s *SignIn) formSum(r *http.Request, purpose string) []byte {
	if browserOf(r).err != nil {
		return nil
	}
	key := s.sessions.GetBytes(r.Context(), formKeyField)
	if len(key) != formKeySize {
		return nil
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(purpose))
	return h.Sum(nil)
}

func newFormKey() []byte {
	key := make([]byte, formKeySize)
	rand.Read(key)
	return key
}
