using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Traffic;

/// <summary>What a source declares in place of what it declared before takes its places in one commit: nobody who visits meanwhile notices.</summary>
public sealed class DeclaredHandoverTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private const string Source = "docker/host1";
    private const int Rounds = 4;

    private static readonly string[] Steps =
    [
        Service("web-1", "a: { host: 10.9.0.21, port: 80, drain_on_removal: 1m }", "c: { host: 10.9.0.22, port: 80, drain_on_removal: 1m }"),
        Service("web-2", "a: { host: 10.9.0.21, port: 80, drain: true, drain_on_removal: 1m }", "b: { host: 10.9.0.22, port: 80, drain_on_removal: 1m }"), // another image
        Service("web-2", "a: { host: 10.9.0.21, port: 80, drain: true, drain_on_removal: 1m }", "c: { host: 10.9.0.22, port: 80, drain_on_removal: 1m }"), // another name
        Service("web-2", "c: { host: 10.9.0.22, port: 80, drain_on_removal: 1m }"), // it runs empty
        Service("web-1", "c: { host: 10.9.0.21, port: 80, drain_on_removal: 1m }", "a: { host: 10.9.0.22, port: 80, drain_on_removal: 1m }"), // addresses that are swapped
    ];

    [Fact]
    public async Task Places_ThatChangeHands_LoseNoRequest_AndKeepOpenConnections()
    {
        await DeclareAsync(Steps[^2]); // b2 alone, which is in use in every step
        using var connection = Visitor.Connect(Network.Vip4, 80);
        var backend = Visitor.RequestName(connection);
        using var end = new CancellationTokenSource();
        var visits = Task.Run(() => VisitUntil(end.Token), TestContext.Current.CancellationToken);

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var step in Steps)
            {
                await DeclareAsync(step);
                Visitor.RequestName(connection).Should().Be(backend);
            }
        }

        await end.CancelAsync();
        (await visits).Should().BePositive();
        await DeclareAsync(Service("web-1", "a: { host: 10.9.0.21, port: 80 }", "c: { host: 10.9.0.22, port: 80 }"));
        await DeclareAsync("services: {}");
        Shell.Ipvsadm().Should().BeEmpty();
    }

    /// <returns>How many visits there were; each was answered.</returns>
    private static int VisitUntil(CancellationToken end)
    {
        var count = 0;
        for (; !end.IsCancellationRequested; count++)
        {
            Visitor.Visit(Network.Vip4, 80, 1);
        }

        return count;
    }

    private static string Service(string name, params string[] backends) =>
        $"services:\n  {name}:\n    host: 10.9.0.100\n    port: 80\n    method: rr\n    backends:\n{string.Concat(backends.Select(backend => $"      {backend}\n"))}";

    private Task DeclareAsync(string document) => Gorb.PutAsync($"/config?source={Source}", document);
}
