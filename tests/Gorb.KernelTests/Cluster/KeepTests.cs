using System.Diagnostics;
using System.Net;
using Gorb.KernelTests.Cluster.Chaos;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cluster;

/// <summary>While etcd is away, the address stays at its holder as long as all directors answer each other, and goes when one does not; an observer on the link never hears two.</summary>
public sealed class KeepTests(ThreeDirectors hosts) : IClassFixture<ThreeDirectors>
{
    /// <summary>In seconds; a promise lasts as long. Directors on a busy machine can stop for seconds.</summary>
    private const int Lease = 10;

    private const string Four = "10.9.0.150", Six = "fd00:9::150", Services = $"services: {{ four: {{ host: {Four}, port: 80 }}, six: {{ host: '{Six}', port: 80 }} }}\n";

    [Fact]
    public async Task Addresses_StayWhileEtcdIsAway_UntilAPeerDoesNotAnswer()
    {
        await using var directors = new Directors(hosts, Lease);
        await directors.StartAsync();
        await using var observer = new LinkObserver(IPAddress.Parse(Four), IPAddress.Parse(Six));
        await Eventually.Async(async () => (await directors["da"].SendAsync(HttpMethod.Put, "/config", Services)).StatusCode == HttpStatusCode.OK, () => directors.Log + hosts.Log);
        var holder = await HolderAsync(observer, directors);
        using var etcd = new EtcdGateway();
        await Eventually.Async(() => MayKeepAsync(etcd, holder), () => directors.Log);

        await KillMembersAsync();
        var gone = await LongestGapAsync(observer, holder, TimeSpan.FromSeconds(2 * Lease));
        gone.Should().BeLessThan(TimeSpan.FromSeconds(1), "all others answer and agree\n{0}", directors.Log);
        (await VipAsync(directors[holder])).TryGetProperty("kept_since", out _).Should().BeTrue();
        foreach (var name in ThreeDirectors.Names)
        {
            await hosts.RestartMemberAsync(name);
        }

        await Eventually.Async(async () => !(await VipAsync(directors[holder])).TryGetProperty("kept_since", out _) && observer.FindHolder4(ThreeDirectors.Names) == holder, () => directors.Log);

        await KillMembersAsync();
        await Eventually.Async(async () => (await VipAsync(directors[holder])).TryGetProperty("kept_since", out _), () => directors.Log);
        var cut = ThreeDirectors.Names.First(name => name != holder);
        var mend = Cuts.Cut(holder, Cuts.BetweenHosts(cut, Way.In));
        var watch = Stopwatch.StartNew();
        await Eventually.Async(
            () => Task.FromResult(observer.FindHolder4(ThreeDirectors.Names) is null && directors[holder].Log.Contains($"{cut} does not answer", StringComparison.Ordinal)), () => directors.Log); // one round without an answer can be the link's
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(Lease + 2), "no promise lasts longer than the lease, and the kernel adds a second at the most");
        foreach (var name in ThreeDirectors.Names)
        {
            await hosts.RestartMemberAsync(name);
        }

        await HolderAsync(observer, directors);
        await Eventually.Async(async () => (await SilenceAsync(directors[holder], cut))?.StartsWith($"{cut} does not answer at {ThreeDirectors.Address(cut)}:4673", StringComparison.Ordinal) == true, () => directors.Log);
        mend();
        await Eventually.Async(async () => await SilenceAsync(directors[holder], cut) is null, () => directors.Log);
        observer.Doubled.Should().BeNull("{0}", directors.Log);
        observer.Rounds.Should().BePositive();
    }

    private Task KillMembersAsync() => Task.WhenAll(ThreeDirectors.Names.Select(hosts.KillMemberAsync));

    /// <summary>True when etcd has what a director needs to keep the address: that it held it last, and both others as those who must promise not to take it.</summary>
    private static async Task<bool> MayKeepAsync(EtcdGateway etcd, string holder) =>
        await etcd.FindAsync($"/gorb/lb/lease/last/{Four}") == holder
        && await etcd.FindAsync($"/gorb/lb/lease/voters/{holder}") is { } voters && ThreeDirectors.Names.Where(name => name != holder).All(voters.Split('\n').Contains);

    private static async Task<string> HolderAsync(LinkObserver observer, Directors directors)
    {
        string? holder = null;
        await Eventually.Async(() => Task.FromResult((holder = observer.FindHolder4(ThreeDirectors.Names)) is not null && observer.FindHolder6(ThreeDirectors.Names) is not null), () => directors.Log);
        return holder!;
    }

    /// <summary>Why a director cannot ask another one directly, also while etcd is there; null when it can.</summary>
    private static async Task<string?> SilenceAsync(GorbProcess asked, string other) =>
        (await asked.GetAsync("/cluster")).GetProperty("table").GetProperty("directors").EnumerateArray().FirstOrDefault(director => director.GetProperty("name").GetString() == other) is { ValueKind: System.Text.Json.JsonValueKind.Object } found
            && found.TryGetProperty("unreachable", out var reason) ? reason.GetString() : null;

    private static async Task<System.Text.Json.JsonElement> VipAsync(GorbProcess director) => (await director.GetAsync("/vip")).EnumerateArray().First(static vip => vip.GetProperty("address").GetString() == Four);

    /// <summary>The longest time in which a host did not alone answer for the address.</summary>
    private static async Task<TimeSpan> LongestGapAsync(LinkObserver observer, string holder, TimeSpan time)
    {
        var (watch, since, longest) = (Stopwatch.StartNew(), TimeSpan.Zero, TimeSpan.Zero);
        while (watch.Elapsed < time)
        {
            since = observer.FindHolder4([holder]) is not null ? watch.Elapsed : since;
            longest = watch.Elapsed - since > longest ? watch.Elapsed - since : longest;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }

        return longest;
    }
}
