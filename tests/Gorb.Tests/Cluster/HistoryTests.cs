using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Gorb.Tests.Etcd;

namespace Gorb.Tests.Cluster;

/// <summary>Random edits at three directors at once, while members of etcd are cut off: all tables are the same afterwards, and what was acknowledged is in them.</summary>
[Collection(EtcdCollection.Name)]
public sealed class HistoryTests(EtcdCluster etcd) : IAsyncDisposable
{
    private const int Edits = 40, Objects = 6;

    private readonly DirectorGroup _group = new(etcd);
    private readonly ConcurrentBag<Edit> _history = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    [Fact]
    public async Task AcknowledgedEdits_AreNotLost_AndRefusedOnesAreNotMade()
    {
        var seed = Random.Shared.Next();
        for (var number = 0; number < 3; number++)
        {
            await DirectorGroup.JoinedAsync(await _group.AddAsync());
        }

        await DirectorGroup.PutAsync(_group[0], "/service/web", """{"host":"10.9.0.100","port":80}""");
        await _group.AgreeAsync();

        await Task.WhenAll([.. Enumerable.Range(0, 3).Select(number => EditAsync(number, new Random(seed + number))), CutAsync(new Random(seed))]);

        await DirectorGroup.PutAsync(_group[0], "/service/last", """{"host":"10.9.0.100","port":81}""");
        var backends = (await _group.AgreeAsync())["services"]!["web"]!["backends"]!.AsObject();
        foreach (var edits in _history.GroupBy(static edit => edit.Backend))
        {
            var last = backends[edits.Key]?["weight"]?.GetValue<int>();
            edits.Any(edit => IsLast(edit, last, [.. edits])).Should().BeTrue($"backend {edits.Key} has {last}, with seed {seed}, after\n{string.Join('\n', edits.OrderBy(static edit => edit.Began))}");
        }

        _history.Count(static edit => edit.Status == HttpStatusCode.OK).Should().BeGreaterThan(Edits, "most of it works");
    }

    /// <summary>True if an edit explains what a backend is at last: it was not refused, and no acknowledged one began after its end.</summary>
    private static bool IsLast(Edit edit, int? last, IReadOnlyList<Edit> edits) => edit.Weight == last && edit.MayBeMade
        && !edits.Any(other => other.Status == HttpStatusCode.OK && edit.Status == HttpStatusCode.OK && other.Began > edit.Ended);

    private async Task EditAsync(int director, Random random)
    {
        for (var number = 0; number < Edits; number++)
        {
            var (backend, port) = ($"b{random.Next(Objects)}", 0);
            port = backend[1] - '0' + 1000;
            int? weight = random.Next(4) == 0 ? null : (director * 1000) + number + 1;
            var began = Stopwatch.GetTimestamp();
            var answer = weight is null
                ? await _group[director].SendAsync(HttpMethod.Delete, $"/service/web/{backend}", null)
                : await _group[director].SendAsync(HttpMethod.Put, $"/service/web/{backend}", $$"""{"host":"10.9.0.21","port":{{port}},"weight":{{weight}}}""");
            var text = answer.StatusCode == HttpStatusCode.OK ? "" : await answer.Content.ReadAsStringAsync(Stop);
            _history.Add(new Edit(backend, weight, began, Stopwatch.GetTimestamp(), answer.StatusCode, text.Contains("may have been made", StringComparison.Ordinal) || text.Contains("is in the cluster's table", StringComparison.Ordinal)));
        }
    }

    /// <summary>Cuts members off, one at a time, and heals them.</summary>
    private async Task CutAsync(Random random)
    {
        for (var number = 0; number < 6; number++)
        {
            var cable = etcd.Cables[random.Next(etcd.Cables.Count)];
            cable.Cut();
            await Task.Delay(random.Next(50, 300), Stop);
            cable.Heal();
        }
    }

    /// <summary>An edit of one backend.</summary>
    /// <param name="Backend">The backend.</param>
    /// <param name="Weight">Its weight, which no other edit writes; null when it is removed.</param>
    /// <param name="Began">When it was sent.</param>
    /// <param name="Ended">When it was answered.</param>
    /// <param name="Status">The status of the answer.</param>
    /// <param name="IsUnknown">True if the answer says that it may have been made all the same.</param>
    private sealed record Edit(string Backend, int? Weight, long Began, long Ended, HttpStatusCode Status, bool IsUnknown)
    {
        public bool MayBeMade => Status == HttpStatusCode.OK || IsUnknown || (Weight is null && Status == HttpStatusCode.NotFound);
    }
}
