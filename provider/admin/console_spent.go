package admin

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// How many forms are remembered, and how long. A session does not live longer.
const (
	maxSpent   = 10_000
	spentAfter = 24 * time.Hour
)

// spent remembers the forms that may be sent once. A restart forgets them, and so
// does a reload of the configuration; neither ends a session, but the browser's
// page with the answer is then an old one.
type spent struct {
	mu    sync.Mutex
	forms map[[sha256.Size]byte]time.Time
	order [][sha256.Size]byte
}

func newSpent() *spent { return &spent{forms: map[[sha256.Size]byte]time.Time{}} }

// spend reports whether the form is sent for the first time.
func (s *spent) spend(token string, now time.Time) bool {
	sum := sha256.Sum256([]byte(token))
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, known := s.forms[sum]; known && now.Sub(at) < spentAfter {
		return false
	}
	if len(s.order) == maxSpent {
		delete(s.forms, s.order[0])
		s.order = s.order[1:]
	}
	s.forms[sum], s.order = now, append(s.order, sum)
	return true
}

// forgive lets a form be sent again that has done nothing.
func (s *spent) forgive(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.forms, sha256.Sum256([]byte(token)))
}

func newFormID() string { return rand.Text() }
