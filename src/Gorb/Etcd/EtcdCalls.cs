using Gorb.Etcd.Wire;
using Grpc.Core;

namespace Gorb.Etcd;

/// <summary>Sends calls to the members of etcd, to another one when one fails, with a login where etcd asks for it, and always with a deadline.</summary>
internal sealed class EtcdCalls : IDisposable
{
    /// <summary>The pause after all members have failed.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly EtcdOptions _options;
    private readonly TimeProvider _clock;
    private readonly EtcdMember[] _members;
    private volatile int _current;
    private volatile string? _token;

    public EtcdCalls(EtcdOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _members = [.. options.Endpoints.Select(endpoint => new EtcdMember(endpoint, options))];
        _current = Random.Shared.Next(_members.Length); // the members share the load of several clients
    }

    public IReadOnlyList<EtcdMember> Members => _members;

    /// <summary>The member that is asked first.</summary>
    public EtcdMember Current => _members[_current];

    /// <summary>Sends one call.</summary>
    /// <param name="call">Sends it to a member.</param>
    /// <param name="isRepeatable">Whether the call may be sent again when its answer is lost.</param>
    /// <param name="deadline">The time for all attempts; null for that of the options.</param>
    /// <param name="cancel">Gives the call up.</param>
    /// <exception cref="EtcdException">It failed.</exception>
    public async Task<T> SendAsync<T>(Func<CallInvoker, CallOptions, Task<T>> call, bool isRepeatable, TimeSpan? deadline, CancellationToken cancel)
    {
        var limit = deadline ?? _options.Deadline;
        var began = _clock.GetTimestamp();
        var (failed, logins) = (0, 0);
        while (true)
        {
            var member = Current;
            var left = limit - _clock.GetElapsedTime(began);
            var share = isRepeatable ? limit / _members.Length : limit; // so that each member is asked in time
            using var attempt = new Attempt(left < share ? left : share, _clock, cancel);
            var mayBeDone = false;
            try
            {
                var headers = await HeadersAsync(member, attempt.Token).ConfigureAwait(false);
                mayBeDone = !isRepeatable;
                return await call(member.Calls, headers).ConfigureAwait(false);
            }
            catch (RpcException error) when (EtcdErrors.IsTokenStale(error) && _options.Login is not null && logins++ == 0)
            {
                _token = null;
            }
            catch (RpcException error) when (!cancel.IsCancellationRequested)
            {
                failed++;
                mayBeDone &= member.WasConnected;
                if (!Next(error, member, mayBeDone, limit - _clock.GetElapsedTime(began)))
                {
                    throw Failure(error, member, mayBeDone, limit);
                }
            }
            catch (RpcException error)
            {
                throw new OperationCanceledException("the call to etcd was given up", error, cancel);
            }

            if (failed > 0 && failed % _members.Length == 0)
            {
                await Task.Delay(Pause, _clock, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The options of a call to a member: its headers, with the token of the login if there is one.</summary>
    /// <exception cref="RpcException">The login failed.</exception>
    public async Task<CallOptions> HeadersAsync(EtcdMember member, CancellationToken cancel)
    {
        // A member that is cut off from the others then fails the call at once, and does not hold it until the cut is healed.
        var headers = new Metadata { { "hasleader", "true" } };
        if (_options.Login is { } login)
        {
            headers.Add("token", _token ??= await LoginAsync(login, member, cancel).ConfigureAwait(false));
        }

        return new CallOptions(headers, cancellationToken: cancel);
    }

    /// <summary>Forgets the token of the login, so that the next call gets another.</summary>
    public void ForgetToken() => _token = null;

    /// <summary>Goes on to the next member, unless another call already did.</summary>
    public void PassOver(EtcdMember failed)
    {
        var index = Array.IndexOf(_members, failed);
        Interlocked.CompareExchange(ref _current, (index + 1) % _members.Length, index);
    }

    public void Dispose() => Array.ForEach(_members, static member => member.Dispose());

    /// <summary>Goes on to another member if the error is this member's.</summary>
    /// <returns>Whether to try again there.</returns>
    private bool Next(RpcException error, EtcdMember member, bool mayBeDone, TimeSpan left)
    {
        if (!EtcdErrors.IsUndone(error) && !EtcdErrors.IsLost(error))
        {
            return false;
        }

        PassOver(member);
        return left > Pause && (!mayBeDone || EtcdErrors.IsUndone(error));
    }

    private static EtcdException Failure(RpcException error, EtcdMember member, bool mayBeDone, TimeSpan limit)
    {
        if (EtcdErrors.IsUndone(error) || (!mayBeDone && EtcdErrors.IsLost(error)))
        {
            return new EtcdException(EtcdFailure.Unavailable, $"etcd is not available; {member.Endpoint.Authority}, tried last: {Reason(error, limit)}", error);
        }

        return EtcdErrors.IsLost(error)
            ? new EtcdException(EtcdFailure.Unknown, $"etcd at {member.Endpoint.Authority} has not answered whether it made the change: {Reason(error, limit)}", error)
            : EtcdErrors.Rejection(error, member.Endpoint);
    }

    private static string Reason(RpcException error, TimeSpan limit) =>
        error.StatusCode == StatusCode.Cancelled ? FormattableString.Invariant($"no answer within {limit.TotalSeconds:0.###} s") : EtcdErrors.Reason(error);

    private static async Task<string> LoginAsync(EtcdLogin login, EtcdMember member, CancellationToken cancel)
    {
        var request = new AuthenticateRequest { Name = login.User, Password = login.ReadPassword() };
        var answer = await new Auth.AuthClient(member.Calls).AuthenticateAsync(request, new CallOptions(cancellationToken: cancel)).ConfigureAwait(false);
        return answer.Token;
    }

    /// <summary>The time of one attempt.</summary>
    private sealed class Attempt : IDisposable
    {
        private readonly CancellationTokenSource _timeout;
        private readonly CancellationTokenSource _both;

        public Attempt(TimeSpan limit, TimeProvider clock, CancellationToken cancel)
        {
            _timeout = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, clock);
            _both = CancellationTokenSource.CreateLinkedTokenSource(cancel, _timeout.Token);
        }

        public CancellationToken Token => _both.Token;

        public void Dispose()
        {
            _both.Dispose();
            _timeout.Dispose();
        }
    }
}
