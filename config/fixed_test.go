package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFixedKeysWaitForARestart(t *testing.T) {
	path := file(t, enough)
	old, err := Load(path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	changed, err := Load(path, []string{"OAUTH1D_LISTEN_PUBLIC=:1", "OAUTH1D_STORE_NONCES=elsewhere",
		"OAUTH1D_SIGNATURE_TIMESTAMP_WINDOW=1h", "OAUTH1D_REALM=new", "OAUTH1D_LOG_LEVEL=debug"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"listen.public", "signature.timestamp_window", "store.nonces"}
	if diff := cmp.Diff(changed.Fixed(old), want); diff != "" {
		t.Errorf("fixed keys that changed (-got +want):\n%s", diff)
	}
	if got := old.Fixed(old); got != nil {
		t.Errorf("nothing changed: got %v", got)
	}

	kept := changed.WithFixed(old)
	if got := kept.Fixed(old); got != nil {
		t.Errorf("after WithFixed these differ: %v", got)
	}
	if kept.Realm != "new" || kept.Listen != old.Listen {
		t.Errorf("got realm %q and listen %v, want the new and the old", kept.Realm, kept.Listen)
	}
	if changed.Listen == old.Listen {
		t.Error("WithFixed changed its receiver")
	}
}

func TestSwitchingTLSOnWaitsForARestart(t *testing.T) {
	old := load(t, enough, nil, nil)
	changed := *old
	changed.TLS = TLS{"cert.pem", "key.pem"}
	if diff := cmp.Diff(changed.Fixed(old), []string{"tls.cert_file"}); diff != "" {
		t.Errorf("fixed keys that changed (-got +want):\n%s", diff)
	}
	if got := changed.WithFixed(old).TLS; got != old.TLS {
		t.Errorf("got %v, want no TLS until the restart", got)
	}
	renewed := changed
	renewed.TLS.CertFile = "renewed.pem"
	if got := renewed.Fixed(&changed); got != nil {
		t.Errorf("another certificate: got %v, want nothing fixed", got)
	}
}
