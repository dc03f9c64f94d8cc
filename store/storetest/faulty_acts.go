package storetest

import (
	"context"
	"io"
	"time"

	"oauth1d/store"
)

// AddConsumer may fail.
func (f *Faulty) AddConsumer(ctx context.Context, c store.Consumer) error {
	return f.do(ActAddConsumer, func() error { return f.Store.AddConsumer(ctx, c) })
}

// RemoveProposal may fail.
func (f *Faulty) RemoveProposal(ctx context.Context, key, owner string) error {
	return f.do(ActRemoveProposal, func() error { return f.Store.RemoveProposal(ctx, key, owner) })
}

// AddProposal may fail.
func (f *Faulty) AddProposal(ctx context.Context, c store.Consumer, ofOwner, inAll int) error {
	return f.do(ActAddProposal, func() error { return f.Store.AddProposal(ctx, c, ofOwner, inAll) })
}

// Consumer may fail.
func (f *Faulty) Consumer(ctx context.Context, key string) (store.Consumer, error) {
	return get(f, ActConsumer, func() (store.Consumer, error) { return f.Store.Consumer(ctx, key) })
}

// ListConsumers may fail.
func (f *Faulty) ListConsumers(ctx context.Context) ([]store.Consumer, error) {
	return get(f, ActListConsumers, func() ([]store.Consumer, error) { return f.Store.ListConsumers(ctx) })
}

// ChangeConsumer may fail.
func (f *Faulty) ChangeConsumer(ctx context.Context, key string, change func(*store.Consumer) error) (store.Consumer, error) {
	return get(f, ActChangeConsumer, func() (store.Consumer, error) { return f.Store.ChangeConsumer(ctx, key, change) })
}

// RemoveConsumer may fail.
func (f *Faulty) RemoveConsumer(ctx context.Context, key string) (int, error) {
	return get(f, ActRemoveConsumer, func() (int, error) { return f.Store.RemoveConsumer(ctx, key) })
}

// AddUser may fail.
func (f *Faulty) AddUser(ctx context.Context, u store.User) error {
	return f.do(ActAddUser, func() error { return f.Store.AddUser(ctx, u) })
}

// User may fail.
func (f *Faulty) User(ctx context.Context, name string) (store.User, error) {
	return get(f, ActUser, func() (store.User, error) { return f.Store.User(ctx, name) })
}

// ListUsers may fail.
func (f *Faulty) ListUsers(ctx context.Context, filter store.UserFilter) ([]store.User, error) {
	return get(f, ActListUsers, func() ([]store.User, error) { return f.Store.ListUsers(ctx, filter) })
}

// SeeUser may fail.
func (f *Faulty) SeeUser(ctx context.Context, u store.User) (store.User, error) {
	return get(f, ActSeeUser, func() (store.User, error) { return f.Store.SeeUser(ctx, u) })
}

// ChangeUser may fail.
func (f *Faulty) ChangeUser(ctx context.Context, name string, change func(*store.User) error) (store.User, error) {
	return get(f, ActChangeUser, func() (store.User, error) { return f.Store.ChangeUser(ctx, name, change) })
}

// RemoveUser may fail.
func (f *Faulty) RemoveUser(ctx context.Context, name string) (int, error) {
	return get(f, ActRemoveUser, func() (int, error) { return f.Store.RemoveUser(ctx, name) })
}

// CreateRequestToken may fail.
func (f *Faulty) CreateRequestToken(ctx context.Context, t store.RequestToken, maxPending int) error {
	return f.do(ActCreateRequestToken, func() error { return f.Store.CreateRequestToken(ctx, t, maxPending) })
}

// RequestToken may fail.
func (f *Faulty) RequestToken(ctx context.Context, id string) (store.RequestToken, error) {
	return get(f, ActRequestToken, func() (store.RequestToken, error) { return f.Store.RequestToken(ctx, id) })
}

// Decide may fail.
func (f *Faulty) Decide(ctx context.Context, id string, d store.Decision) error {
	return f.do(ActDecide, func() error { return f.Store.Decide(ctx, id, d) })
}

// Redeem may fail.
func (f *Faulty) Redeem(ctx context.Context, id string, verifier [32]byte, t store.AccessToken) (store.AccessToken, error) {
	return get(f, ActRedeem, func() (store.AccessToken, error) { return f.Store.Redeem(ctx, id, verifier, t) })
}

// IssueAccessToken may fail.
func (f *Faulty) IssueAccessToken(ctx context.Context, t store.AccessToken) error {
	return f.do(ActIssueAccessToken, func() error { return f.Store.IssueAccessToken(ctx, t) })
}

// AccessToken may fail.
func (f *Faulty) AccessToken(ctx context.Context, id string) (store.AccessToken, error) {
	return get(f, ActAccessToken, func() (store.AccessToken, error) { return f.Store.AccessToken(ctx, id) })
}

// Credentials may fail.
func (f *Faulty) Credentials(ctx context.Context, consumerKey, tokenID string) (store.Credentials, error) {
	return get(f, ActCredentials, func() (store.Credentials, error) { return f.Store.Credentials(ctx, consumerKey, tokenID) })
}

// ListAccessTokens may fail.
func (f *Faulty) ListAccessTokens(ctx context.Context, filter store.TokenFilter) ([]store.AccessToken, error) {
	return get(f, ActListAccessTokens, func() ([]store.AccessToken, error) { return f.Store.ListAccessTokens(ctx, filter) })
}

// Renew may fail.
func (f *Faulty) Renew(ctx context.Context, id string, handle [32]byte, t store.AccessToken) (store.AccessToken, error) {
	return get(f, ActRenew, func() (store.AccessToken, error) { return f.Store.Renew(ctx, id, handle, t) })
}

// MarkUsed may fail.
func (f *Faulty) MarkUsed(ctx context.Context, m store.Marks) error {
	return f.do(ActMarkUsed, func() error { return f.Store.MarkUsed(ctx, m) })
}

// Revoke may fail.
func (f *Faulty) Revoke(ctx context.Context, id string) error {
	return f.do(ActRevoke, func() error { return f.Store.Revoke(ctx, id) })
}

// RevokeAll may fail.
func (f *Faulty) RevokeAll(ctx context.Context, filter store.TokenFilter) (int, error) {
	return get(f, ActRevokeAll, func() (int, error) { return f.Store.RevokeAll(ctx, filter) })
}

// Session may fail.
func (f *Faulty) Session(ctx context.Context, id string) ([]byte, error) {
	return get(f, ActSession, func() ([]byte, error) { return f.Store.Session(ctx, id) })
}

// KeepSession may fail.
func (f *Faulty) KeepSession(ctx context.Context, id string, data []byte, expires int64) error {
	return f.do(ActKeepSession, func() error { return f.Store.KeepSession(ctx, id, data, expires) })
}

// RenewSession may fail.
func (f *Faulty) RenewSession(ctx context.Context, id string, data []byte, expires int64) error {
	return f.do(ActRenewSession, func() error { return f.Store.RenewSession(ctx, id, data, expires) })
}

// TakeSession may fail.
func (f *Faulty) TakeSession(ctx context.Context, id string) ([]byte, error) {
	return get(f, ActTakeSession, func() ([]byte, error) { return f.Store.TakeSession(ctx, id) })
}

// EndSession may fail.
func (f *Faulty) EndSession(ctx context.Context, id string) error {
	return f.do(ActEndSession, func() error { return f.Store.EndSession(ctx, id) })
}

// Attempt may fail.
func (f *Faulty) Attempt(ctx context.Context, now int64, gauges ...store.Gauge) (time.Duration, error) {
	return get(f, ActAttempt, func() (time.Duration, error) { return f.Store.Attempt(ctx, now, gauges...) })
}

// Forgive may fail.
func (f *Faulty) Forgive(ctx context.Context, gauges ...store.Gauge) error {
	return f.do(ActForgive, func() error { return f.Store.Forgive(ctx, gauges...) })
}

// UseNonce may fail.
func (f *Faulty) UseNonce(ctx context.Context, n store.Nonce) (bool, error) {
	return get(f, ActUseNonce, func() (bool, error) { return f.Store.UseNonce(ctx, n) })
}

// Sweep may fail.
func (f *Faulty) Sweep(ctx context.Context, limit int) (int, error) {
	return get(f, ActSweep, func() (int, error) { return f.Store.Sweep(ctx, limit) })
}

// Stats may fail.
func (f *Faulty) Stats(ctx context.Context) (store.Stats, error) {
	return get(f, ActStats, func() (store.Stats, error) { return f.Store.Stats(ctx) })
}

// Backup may fail.
func (f *Faulty) Backup(ctx context.Context, w io.Writer) error {
	return f.do(ActBackup, func() error { return f.Store.Backup(ctx, w) })
}

// Check may fail.
func (f *Faulty) Check(ctx context.Context) ([]string, error) {
	return get(f, ActCheck, func() ([]string, error) { return f.Store.Check(ctx) })
}
