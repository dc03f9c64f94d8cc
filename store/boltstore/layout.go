package boltstore

import "encoding/binary"

// A bucket is one of the file's top level, by its number on disk.
type bucket byte

const (
	identities bucket = 1 + iota
	consumers
	users
	requestTokens
	accessTokens
	sessions
	requestTokensByConsumer
	accessTokensByConsumer
	accessTokensByUser
	expiry
	tombstones
	gauges // since schema 3

	lastBucket = gauges
)

var bucketNames = [lastBucket + 1][]byte{
	identities:              []byte("identity"),
	consumers:               []byte("consumers"),
	users:                   []byte("users"),
	requestTokens:           []byte("request_tokens"),
	accessTokens:            []byte("access_tokens"),
	sessions:                []byte("sessions"),
	requestTokensByConsumer: []byte("request_tokens_by_consumer"),
	accessTokensByConsumer:  []byte("access_tokens_by_consumer"),
	accessTokensByUser:      []byte("access_tokens_by_user"),
	expiry:                  []byte("expiry"),
	tombstones:              []byte("tombstones"),
	gauges:                  []byte("gauges"),
}

func (b bucket) String() string { return string(bucketNames[b]) }

var identityKey = []byte("identity")

// prefixed is |x|: the beginning of all entries of x in an index.
func prefixed(x string) []byte {
	k := make([]byte, 0, 4+len(x)+8+64)
	k = binary.BigEndian.AppendUint32(k, uint32(len(x)))
	return append(k, x...)
}

// owned is an entry of an index by consumer or by user.
func owned(owner, id string) []byte { return append(prefixed(owner), id...) }

// pendingKey is an entry of request_tokens_by_consumer. Its time lets the live
// ones be counted without looking at the others.
func pendingKey(consumer string, expires int64, id string) []byte {
	return append(appendTime(prefixed(consumer), expires), id...)
}

// appendTime appends t so that bytes sort like numbers, negative ones too.
func appendTime(k []byte, t int64) []byte {
	return binary.BigEndian.AppendUint64(k, uint64(t)^1<<63)
}

// dueKey is an entry of expiry or tombstones.
func dueKey(at int64, of bucket, id string) []byte {
	k := appendTime(make([]byte, 0, 9+len(id)), at)
	return append(append(k, byte(of)), id...)
}

// due is what dueKey has put together.
type due struct {
	at int64
	of bucket
	id string
}

// parseDue reports false for what dueKey never makes.
func parseDue(k []byte) (due, bool) {
	if len(k) < 9 {
		return due{}, false
	}
	return due{int64(binary.BigEndian.Uint64(k) ^ 1<<63), bucket(k[8]), string(k[9:])}, true
}
