using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Gorb.Etcd;

namespace Gorb.Tests.Etcd;

/// <summary>A watch misses and doubles nothing, whatever happens to its members and the way to them.</summary>
[Collection(EtcdCollection.Name)]
public sealed class EtcdWatchTests : IAsyncDisposable
{
    private readonly EtcdCluster _cluster;
    private readonly EtcdClient _writer;
    private readonly EtcdClient _watcher;
    private readonly string _prefix;
    private readonly Follower _follower;

    public EtcdWatchTests(EtcdCluster cluster)
    {
        (_cluster, _writer, _watcher, _prefix) = (cluster, EtcdCluster.Client([cluster.Direct]), EtcdCluster.Watcher(cluster.Endpoints), cluster.Prefix());
        _follower = new Follower(_watcher, _prefix);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _follower.DisposeAsync();
        _watcher.Dispose();
        _writer.Dispose();
    }

    [Fact]
    public async Task Watch_FromTheBeginning_ListsAndThenStreams()
    {
        var listed = await _follower.NextAsync<WatchListing>();
        var put = await PutAsync("a", "1");
        await _writer.CommitAsync(new EtcdTransaction().Delete(KeyRange.Single(_prefix + "a")).Put(_prefix + "b", "2"u8.ToArray()), cancel: Stop);

        listed.Entries.Should().BeEmpty();
        await _follower.ReachesAsync(("b", "2"));
        _follower.Revisions.Should().HaveCount(2).And.StartWith(put);
    }

    [Fact]
    public async Task Watch_WhoseMemberFallsSilent_GoesOnAtAnother()
    {
        await PutAsync("a", "before");
        await _follower.ReachesAsync(("a", "before"));
        _cluster.Cables[0].Cut();
        _cluster.Cables[1].Cut(); // one is left
        try
        {
            await PutAsync("a", "during");

            await _follower.ReachesAsync(("a", "during"));
        }
        finally
        {
            _cluster.Cables[0].Heal();
            _cluster.Cables[1].Heal();
        }
    }

    [Fact]
    public async Task Watch_ThatIsCutOff_MissesAndDoublesNothing()
    {
        await PutAsync("0", "x");
        await _follower.ReachesAsync(("0", "x"));
        for (var round = 1; round <= 3; round++)
        {
            Parallel.ForEach(_cluster.Cables, static cable => cable.Cut());
            await EtcdCluster.PutAsync(_writer, _prefix + round, "x");
            await _follower.NextAsync<WatchInterruption>();
            await EtcdCluster.PutAsync(_writer, $"{_prefix}{round}", "y");
            Parallel.ForEach(_cluster.Cables, static cable => cable.Heal());
            await _follower.ReachesAsync(("0", "x"), [.. Enumerable.Range(1, round).Select(static number => (number.ToString(CultureInfo.InvariantCulture), "y"))]);
        }
    }

    [Fact]
    public async Task Watch_OfACompactedHistory_ListsAgain()
    {
        await PutAsync("a", "before");
        await _follower.ReachesAsync(("a", "before"));
        Parallel.ForEach(_cluster.Cables, static cable => cable.Cut());
        await EtcdCluster.PutAsync(_writer, _prefix + "a", "between");
        await _writer.CommitAsync(new EtcdTransaction().Delete(KeyRange.Single(_prefix + "a")), cancel: Stop);
        await _writer.CompactAsync(await EtcdCluster.PutAsync(_writer, _prefix + "b", "after"), Stop);
        await _follower.NextAsync<WatchInterruption>();
        Parallel.ForEach(_cluster.Cables, static cable => cable.Heal());

        await _follower.ReachesAsync(("b", "after"));
    }

    [Fact]
    public async Task Watch_WhileTheLeaderIsStopped_GoesOn()
    {
        await PutAsync("a", "before");
        await _follower.ReachesAsync(("a", "before"));
        var leader = await _cluster.FindLeaderAsync();
        _cluster.Members[leader].Freeze();
        try
        {
            using var survivors = EtcdCluster.Client([.. _cluster.Endpoints.Where((_, member) => member != leader)]);
            await EtcdCluster.PutAsync(survivors, _prefix + "a", "during");
            await _follower.ReachesAsync(("a", "during"));
        }
        finally
        {
            _cluster.Members[leader].Thaw();
        }

        await PutAsync("a", "later");
        await _follower.ReachesAsync(("a", "later"));
    }

    [Fact]
    public async Task Watch_OfAnUnreachableCluster_TellsWhyAndTriesAgain()
    {
        using var client = EtcdCluster.Watcher([new Uri("http://127.0.0.1:1")]);
        await using var follower = new Follower(client, _prefix);

        (await follower.NextAsync<WatchInterruption>()).Reason.Should().StartWith("etcd is not available; 127.0.0.1:1, tried last: ");
        await follower.NextAsync<WatchInterruption>();
    }

    private Task<long> PutAsync(string key, string value) => EtcdCluster.PutAsync(_writer, _prefix + key, value);

    /// <summary>Follows a prefix as a director does, and fails on a change that is told twice or out of order.</summary>
    private sealed class Follower : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Channel<WatchUpdate> _updates = Channel.CreateUnbounded<WatchUpdate>();
        private readonly Dictionary<string, string> _state = [];
        private readonly string _prefix;
        private readonly Task _task;
        private long _revision;

        public Follower(EtcdClient client, string prefix)
        {
            _prefix = prefix;
            _task = FollowAsync(client.WatchAsync(KeyRange.Prefix(prefix), _end.Token));
        }

        /// <summary>The revisions of all changes that were streamed, so far.</summary>
        public List<long> Revisions { get; } = [];

        /// <summary>Waits until the followed state is this one and no other.</summary>
        public async Task ReachesAsync((string Key, string Value) first, params (string Key, string Value)[] others)
        {
            (string Key, string Value)[] wanted = [first, .. others];
            while (_state.Count != wanted.Length || !wanted.All(pair => _state.GetValueOrDefault(_prefix + pair.Key) == pair.Value))
            {
                Take(await ReadAsync());
            }
        }

        /// <summary>Waits for an update of a kind.</summary>
        public async Task<T> NextAsync<T>()
            where T : WatchUpdate
        {
            while (true)
            {
                var update = await ReadAsync();
                Take(update);
                if (update is T wanted)
                {
                    return wanted;
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await FluentActions.Awaiting(() => _task).Should().ThrowAsync<OperationCanceledException>("only its follower ends a watch");
            _end.Dispose();
        }

        private async Task<WatchUpdate> ReadAsync() => await _updates.Reader.ReadAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Stop);

        private async Task FollowAsync(IAsyncEnumerable<WatchUpdate> watch)
        {
            await foreach (var update in watch)
            {
                _updates.Writer.TryWrite(update);
            }
        }

        private void Take(WatchUpdate update)
        {
            switch (update)
            {
                case WatchListing listing:
                    listing.IsEarlier.Should().BeFalse();
                    _revision = listing.Revision;
                    _state.Clear();
                    listing.Entries.ToList().ForEach(entry => _state[entry.Key] = Encoding.UTF8.GetString(entry.Value.Span));
                    break;
                case WatchChanges changes:
                    Apply(changes);
                    break;
                default:
                    break;
            }
        }

        private void Apply(WatchChanges changes)
        {
            changes.Changes[0].Revision.Should().BeGreaterThan(_revision, "no change is told twice");
            changes.Changes.Select(static change => change.Revision).Should().BeInAscendingOrder();
            changes.Revision.Should().Be(changes.Changes[^1].Revision);
            _revision = changes.Revision;
            Revisions.AddRange(changes.Changes.Select(static change => change.Revision).Distinct());
            foreach (var change in changes.Changes)
            {
                if (change.Entry is { } entry)
                {
                    _state[change.Key] = Encoding.UTF8.GetString(entry.Value.Span);
                }
                else
                {
                    _state.Remove(change.Key);
                }
            }
        }
    }
}
