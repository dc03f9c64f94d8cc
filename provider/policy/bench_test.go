package policy

import (
	"fmt"
	"testing"
)

// big is a policy of twenty scopes and ten routes, with what is asked for at
// their ends.
func big(t testing.TB) *Policy {
	t.Helper()
	var c Config
	for i := range 19 {
		c.Scopes = append(c.Scopes, Scope{Name: fmt.Sprintf("scope%d", i), Title: "X", Allow: []string{fmt.Sprintf("GET,POST /api/v1/things%d/*/parts/**", i)}})
	}
	c.Scopes = append(c.Scopes, photos().Scopes...)
	for i := range 9 {
		c.Routes = append(c.Routes, Route{Match: fmt.Sprintf("/internal/%d/**", i), Accept: []Kind{TwoLegged}})
	}
	c.Routes = append(c.Routes, Route{Match: "/**", Accept: []Kind{ThreeLegged}})
	return mustNew(t, c)
}

// usual are accesses that are allowed, as most are.
var usual = []struct {
	name   string
	access Access
	allocs float64
}{
	{"one scope", Access{"GET", "/photos/2024/summer/img_1234.jpg", ThreeLegged, []string{"photos.read"}}, 0},
	{"the last of eight scopes", Access{"GET", "/photos/2024/summer/img_1234.jpg", ThreeLegged,
		[]string{"scope0", "scope3", "scope5", "scope7", "scope9", "scope11", "account", "photos.read"}}, 0},
	{"two scopes that allow it", Access{"GET", "/photos/1", ThreeLegged, []string{"photos.read", "photos.write"}}, 0},
	{"an encoded path", Access{"GET", "/photos/caf%C3%A9/1.jpg", ThreeLegged, []string{"photos.read"}}, 1},
}

func TestAnAllowedPlainPathAllocatesNothing(t *testing.T) {
	p := big(t)
	for _, row := range usual {
		got := testing.AllocsPerRun(100, func() {
			if d := p.Decide(row.access); !d.Allowed {
				t.Fatalf("%s: %+v", row.name, d)
			}
		})
		if got > row.allocs {
			t.Errorf("%s: got %v allocations, want at most %v", row.name, got, row.allocs)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	p := big(b)
	for _, row := range usual {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if d := p.Decide(row.access); !d.Allowed {
					b.Fatalf("%+v", d)
				}
			}
		})
	}
}
