package storetest

import (
	"errors"
	"sync"

	"oauth1d/store"
)

// ErrInjected is an error of Faulty that no caller can know.
var ErrInjected = errors.New("injected fault")

// An Act names a method of store.Store, for Faulty.
type Act string

// The acts that can be made to fail.
const (
	ActAddConsumer        Act = "AddConsumer"
	ActAddProposal        Act = "AddProposal"
	ActRemoveProposal     Act = "RemoveProposal"
	ActConsumer           Act = "Consumer"
	ActListConsumers      Act = "ListConsumers"
	ActChangeConsumer     Act = "ChangeConsumer"
	ActRemoveConsumer     Act = "RemoveConsumer"
	ActAddUser            Act = "AddUser"
	ActUser               Act = "User"
	ActListUsers          Act = "ListUsers"
	ActSeeUser            Act = "SeeUser"
	ActChangeUser         Act = "ChangeUser"
	ActRemoveUser         Act = "RemoveUser"
	ActCreateRequestToken Act = "CreateRequestToken"
	ActRequestToken       Act = "RequestToken"
	ActDecide             Act = "Decide"
	ActRedeem             Act = "Redeem"
	ActIssueAccessToken   Act = "IssueAccessToken"
	ActAccessToken        Act = "AccessToken"
	ActCredentials        Act = "Credentials"
	ActListAccessTokens   Act = "ListAccessTokens"
	ActRevoke             Act = "Revoke"
	ActRevokeAll          Act = "RevokeAll"
	ActRenew              Act = "Renew"
	ActMarkUsed           Act = "MarkUsed"
	ActSession            Act = "Session"
	ActKeepSession        Act = "KeepSession"
	ActRenewSession       Act = "RenewSession"
	ActTakeSession        Act = "TakeSession"
	ActEndSession         Act = "EndSession"
	ActAttempt            Act = "Attempt"
	ActForgive            Act = "Forgive"
	ActUseNonce           Act = "UseNonce"
	ActSweep              Act = "Sweep"
	ActStats              Act = "Stats"
	ActBackup             Act = "Backup"
	ActCheck              Act = "Check"
)

// Faulty is a store whose acts fail when a test says so. Its most important
// fault is the one of every network and every disk: an error, but it happened.
// The caller must refuse, must not show what it does not know to be kept, and
// must survive that the act is there when it is asked again.
type Faulty struct {
	store.Store

	mu     sync.Mutex
	before map[Act]error
	after  map[Act]error
	calls  map[Act]int
}

// NewFaulty returns a store that does what s does until a fault is set.
func NewFaulty(s store.Store) *Faulty {
	return &Faulty{Store: s, before: map[Act]error{}, after: map[Act]error{}, calls: map[Act]int{}}
}

// After lets the act happen from now on and then return err, with no other
// result. An err of nil ends it.
func (f *Faulty) After(a Act, err error) { f.set(f.after, a, err) }

// Before makes the act return err from now on without happening. An err of nil
// ends it.
func (f *Faulty) Before(a Act, err error) { f.set(f.before, a, err) }

// Calls is how often the act was called.
func (f *Faulty) Calls(a Act) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[a]
}

func (f *Faulty) set(faults map[Act]error, a Act, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	faults[a] = err
}

func (f *Faulty) faults(a Act) (before, after error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[a]++
	return f.before[a], f.after[a]
}

// do and get are an act without and with a result.
func (f *Faulty) do(a Act, act func() error) error {
	_, err := get(f, a, func() (struct{}, error) { return struct{}{}, act() })
	return err
}

func get[T any](f *Faulty, a Act, act func() (T, error)) (T, error) {
	var none T
	before, after := f.faults(a)
	if before != nil {
		return none, before
	}
	v, err := act()
	if after != nil {
		return none, after
	}
	return v, err
}
