package gate

import (
	"net"
	"sync"
	"time"
)

// stranger keeps one log line a minute for peers that are not trusted, so that
// a scan does not fill the log and a forgotten line in proxy.trusted shows.
type stranger struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (s *stranger) say(now time.Time, remote string, log func()) {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	s.mu.Lock()
	quiet := now.Sub(s.last[host]) < time.Minute
	if !quiet {
		if s.last == nil || len(s.last) >= 1000 {
			s.last = map[string]time.Time{}
		}
		s.last[host] = now
	}
	s.mu.Unlock()
	if !quiet {
		log()
	}
}
