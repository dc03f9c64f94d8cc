package dance

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strconv"

	"oauth1d/provider/oauth1"
)

// Some providers say beside an access token who the user is, under an id of
// their own making. We have none but the user's name, so such an id is a hash of
// it: the same for every consumer and for ever, and no secret. Whoever is told
// it has the user's consent.

// twitterUser names a user as Twitter does: the id is a decimal number of 63 bits,
// which is what its consumers keep it in.
func twitterUser(name string) []oauth1.Pair {
	id := userID("twitter", name)
	return []oauth1.Pair{
		{Name: "user_id", Value: strconv.FormatUint(binary.BigEndian.Uint64(id[:])>>1, 10)},
		{Name: "screen_name", Value: name},
	}
}

// yahooUser names a user as Yahoo does: 26 letters and digits.
func yahooUser(name string) []oauth1.Pair {
	id := userID("yahoo", name)
	return []oauth1.Pair{{Name: "xoauth_yahoo_guid", Value: base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(id[:16])}}
}

// userID is the SHA-256 of the profile's name, a zero byte and the user's name.
func userID(profile, name string) [sha256.Size]byte {
	return sha256.Sum256([]byte(profile + "\x00" + name))
}
