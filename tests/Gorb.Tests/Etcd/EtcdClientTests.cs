using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gorb.Etcd;

namespace Gorb.Tests.Etcd;

/// <summary>Keys, transactions and leases, against real members.</summary>
[Collection(EtcdCollection.Name)]
public sealed class EtcdClientTests(EtcdCluster cluster) : IDisposable
{
    private readonly EtcdClient _client = cluster.Client();
    private readonly string _prefix = cluster.Prefix();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Get_OfAMissingKey_IsNull() => (await _client.GetAsync(_prefix + "none", cancel: Stop)).Should().BeNull();

    [Fact]
    public async Task Commit_WhoseConditionsHold_WritesAllAtOneRevision()
    {
        var done = await _client.CommitAsync(new EtcdTransaction().IfMissing(_prefix + "a").Put(_prefix + "a", Bytes("1")).Put(_prefix + "b", Bytes("2")), cancel: Stop);

        done.IsDone.Should().BeTrue();
        var listing = await _client.ListAsync(KeyRange.Prefix(_prefix), cancel: Stop);
        listing.Entries.Select(static entry => Encoding.UTF8.GetString(entry.Value.Span)).Should().Equal("1", "2");
        listing.Entries.Should().OnlyContain(entry => entry.ModRevision == done.Revision && entry.CreateRevision == done.Revision);
    }

    [Fact]
    public async Task Commit_ThatIsBeaten_WritesNothingAndTellsWhatStandsThere()
    {
        var before = await EtcdCluster.PutAsync(_client, _prefix + "a", "mine");
        await EtcdCluster.PutAsync(_client, _prefix + "a", "theirs");

        var beaten = await _client.CommitAsync(new EtcdTransaction().If(_prefix + "a", before).Put(_prefix + "a", Bytes("again")).ElseGet(KeyRange.Single(_prefix + "a")), cancel: Stop);

        beaten.IsDone.Should().BeFalse();
        Encoding.UTF8.GetString(beaten.Read.Single().Value.Span).Should().Be("theirs");
    }

    [Fact]
    public async Task List_OfAPrefix_LeavesOutItsNeighboursAndHasAllPages()
    {
        foreach (var part in Enumerable.Range(0, 600).Chunk(EtcdTransaction.MaxOperations))
        {
            var transaction = new EtcdTransaction();
            Array.ForEach(part, number => transaction.Put($"{_prefix}web/{number:d3}", Bytes("x")));
            await _client.CommitAsync(transaction, cancel: Stop);
        }

        await EtcdCluster.PutAsync(_client, _prefix + "web2/000", "other");

        (await _client.ListAsync(KeyRange.Prefix(_prefix + "web/"), cancel: Stop)).Entries.Select(static entry => entry.Key[^3..])
            .Should().Equal(Enumerable.Range(0, 600).Select(static number => $"{number:d3}"));
    }

    [Fact]
    public async Task Commit_ThatEtcdWouldRejectForItsSize_IsRejectedBefore()
    {
        var (many, large) = (new EtcdTransaction(), new EtcdTransaction().Put(_prefix + "large", new byte[EtcdTransaction.MaxBytes]));
        for (var number = 0; number <= EtcdTransaction.MaxOperations; number++)
        {
            many.Put(_prefix + number, Bytes("x"));
        }

        (await RejectionAsync(many)).Should().Be("a transaction of 129 operations is larger than the 128 that etcd accepts");
        (await RejectionAsync(large)).Should().EndWith("is larger than the 1572864 that etcd accepts");
    }

    [Fact]
    public async Task Lease_AsLongAsItIsRenewed_HasTime_AndItsKeysEndWithIt()
    {
        var lease = await _client.GrantAsync(TimeSpan.FromSeconds(60), cancel: Stop);
        await _client.CommitAsync(new EtcdTransaction().Put(_prefix + "held", Bytes("x"), lease.Id), cancel: Stop);
        var renewed = await _client.RenewAsync(lease, cancel: Stop);

        renewed.SentAt.Should().BeGreaterThan(lease.SentAt);
        renewed.Left(_client.Clock).Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(60));
        (await _client.GetAsync(_prefix + "held", cancel: Stop))!.Lease.Should().Be(lease.Id);
        await _client.RevokeAsync(renewed, cancel: Stop);
        await _client.RevokeAsync(renewed, cancel: Stop);
        (await _client.GetAsync(_prefix + "held", cancel: Stop)).Should().BeNull();
        (await FailureAsync(() => _client.RenewAsync(renewed, cancel: Stop))).Should().Be(EtcdFailure.LeaseLost);
        (await FailureAsync(() => _client.CommitAsync(new EtcdTransaction().Put(_prefix + "held", Bytes("x"), lease.Id), cancel: Stop))).Should().Be(EtcdFailure.LeaseLost);
    }

    [Fact]
    public async Task EveryCall_WhileNoMemberListens_FailsAtItsDeadlineAndHasDoneNothing()
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        var unused = new Uri($"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}");
        port.Stop();
        using var client = EtcdCluster.Client([unused]);
        var watch = Stopwatch.StartNew();

        (await FailureAsync(() => client.GetAsync("/a", TimeSpan.FromMilliseconds(300), Stop))).Should().Be(EtcdFailure.Unavailable);
        (await FailureAsync(() => client.CommitAsync(new EtcdTransaction().Put("/a", Bytes("x")), TimeSpan.FromMilliseconds(300), Stop))).Should().Be(EtcdFailure.Unavailable);
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(30), "a deadline of 0.3 s is not a minute, however slow the machine");
    }

    [Fact]
    public async Task Calls_WhileAMemberIsDeaf_AreAnsweredByAnother()
    {
        await EtcdCluster.PutAsync(_client, _prefix + "a", "x");
        cluster.Cables[0].Cut();
        try
        {
            using var client = EtcdCluster.Client([cluster.Endpoints[0], cluster.Endpoints[1]]);
            for (var call = 0; call < 4; call++)
            {
                (await client.GetAsync(_prefix + "a", TimeSpan.FromSeconds(6), Stop)).Should().NotBeNull();
            }
        }
        finally
        {
            cluster.Cables[0].Heal();
        }
    }

    [Fact]
    public async Task Commit_WhoseAnswerIsCutOff_SaysThatItMayBeDone()
    {
        using var client = EtcdCluster.Client([cluster.Endpoints[0]]);
        await client.GetAsync(_prefix + "a", cancel: Stop); // connected
        cluster.Cables[0].Cut();
        try
        {
            (await FailureAsync(() => client.CommitAsync(new EtcdTransaction().Put(_prefix + "a", Bytes("x")), TimeSpan.FromMilliseconds(300), Stop))).Should().Be(EtcdFailure.Unknown);
        }
        finally
        {
            cluster.Cables[0].Heal();
        }
    }

    [Fact]
    public async Task Writes_WhileTheLeaderIsStopped_GoOnWithTheNext()
    {
        var leader = await cluster.FindLeaderAsync();
        cluster.Members[leader].Freeze();
        try
        {
            var revision = await EtcdCluster.PutAsync(_client, _prefix + "a", "after");

            revision.Should().BePositive();
        }
        finally
        {
            cluster.Members[leader].Thaw();
        }
    }

    [Fact]
    public async Task Status_OfEachMember_SaysItsVersionAndWhoLeads()
    {
        var leader = await cluster.FindLeaderAsync();

        var statuses = await _client.StatusAsync(TimeSpan.FromSeconds(20), Stop);

        statuses.Should().HaveCount(3).And.OnlyContain(static member => member.Status != null && member.Status.Version.StartsWith("3."));
        statuses[leader].Endpoint.Should().Be(cluster.Endpoints[leader]);
    }

    private async Task<string> RejectionAsync(EtcdTransaction transaction)
    {
        var error = await FluentActions.Awaiting(() => _client.CommitAsync(transaction, cancel: Stop)).Should().ThrowAsync<EtcdException>();
        error.Which.Failure.Should().Be(EtcdFailure.Rejected);
        return error.Which.Message;
    }

    private static async Task<EtcdFailure> FailureAsync(Func<Task> call) => (await FluentActions.Awaiting(call).Should().ThrowAsync<EtcdException>()).Which.Failure;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
