package storetest

import (
	"reflect"
	"testing"

	"oauth1d/store"
)

// Without a store behind it, an act that is not overridden would panic.
func TestEveryActCanFail(t *testing.T) {
	acts := reflect.TypeFor[store.Store]()
	for i := range acts.NumMethod() {
		m := acts.Method(i)
		if m.Name == "Identity" || m.Name == "Close" {
			continue
		}
		f := NewFaulty(nil)
		f.Before(Act(m.Name), ErrInjected)
		args := []reflect.Value{reflect.ValueOf(t.Context())}
		for n := 1; n < m.Type.NumIn(); n++ {
			args = append(args, reflect.Zero(m.Type.In(n)))
		}
		act := reflect.ValueOf(f).MethodByName(m.Name)
		call := act.Call
		if m.Type.IsVariadic() {
			call = act.CallSlice
		}
		out := call(args)
		if err := out[len(out)-1].Interface(); err != ErrInjected {
			t.Errorf("%s: got error %v, want %v", m.Name, err, ErrInjected)
		}
		if got := f.Calls(Act(m.Name)); got != 1 {
			t.Errorf("%s: got %d calls, want 1", m.Name, got)
		}
	}
}
