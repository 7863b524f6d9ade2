using System.Net;
using Gorb.Ipvs;
using Gorb.Tests.Api;
using Gorb.Tests.Etcd;
using Gorb.Tests.Shared;

namespace Gorb.Tests.Cluster;

/// <summary>
/// A change with <c>?wait=all</c> is answered when every live director has it. Requests are repeated, because a machine that stops for a while ends leases and makes etcd elect: a director without a
/// lease is not waited for.
/// </summary>
[Collection(EtcdCollection.Name)]
public sealed class WaitForAllTests(EtcdCluster etcd) : IAsyncLifetime
{
    private const string Web = """{"host":"10.9.0.100","port":80}""", Backend = """{"host":"10.9.0.21","port":8080}""";

    private readonly DirectorGroup _group = new(etcd);

    private TestDaemon A => _group[0];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        for (var number = 0; number < 2; number++)
        {
            await DirectorGroup.JoinedAsync(await _group.AddAsync());
        }
    }

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    [Fact]
    public async Task Change_ThatOneDirectorHasNot_IsAnsweredWith504_AndStands()
    {
        _group.Kernel(1).Refuse = static request => request.IsMutation ? Errno.EINVAL : Errno.None;

        await AnsweredAsync(HttpMethod.Put, "/service/web?wait=all&timeout=300ms", Web, HttpStatusCode.GatewayTimeout, "\"d1\"", "its kernel refuses service 'web'");
        A.ReadKernel().Should().ContainSingle("the change stands");

        _group.Kernel(1).Refuse = static _ => Errno.None;
        await AnsweredAsync(HttpMethod.Put, "/service/web/b1?wait=all&timeout=1m", Backend, HttpStatusCode.OK); // a change is tried at once
        await _group.AgreeAsync();
    }

    [Fact]
    public async Task EveryChange_CanWait()
    {
        await AnsweredAsync(HttpMethod.Put, "/service/web?wait=all", Web, HttpStatusCode.OK);
        await AnsweredAsync(HttpMethod.Patch, "/service/web?wait=all", """{"method":"rr"}""", HttpStatusCode.OK);
        await AnsweredAsync(HttpMethod.Put, "/service/web/b1?wait=all", Backend, HttpStatusCode.OK);
        await AnsweredAsync(HttpMethod.Patch, "/service/web/b1?wait=all", """{"weight":7}""", HttpStatusCode.OK);
        await DirectorGroup.PatientlyAsync(A, HttpMethod.Delete, "/service/web/b1?wait=all", null);
        await DirectorGroup.PatientlyAsync(A, HttpMethod.Delete, "/service/web?wait=all", null);
        await AnsweredAsync(HttpMethod.Put, "/config?wait=all&timeout=1m", """{"services":{"dns":{"host":"10.9.0.100","port":53}}}""", HttpStatusCode.OK);

        (await _group.AgreeAsync())["services"]!.AsObject().Select(static service => service.Key).Should().Equal("dns");
    }

    /// <summary>Sends a request until it is answered so.</summary>
    private Task AnsweredAsync(HttpMethod method, string path, string body, HttpStatusCode status, params IReadOnlyList<string> words) => Poll.UntilAsync(
        async () =>
        {
            using var answer = await A.SendAsync(method, path, body);
            var text = await answer.Content.ReadAsStringAsync(Stop);
            return answer.StatusCode == status && words.All(word => text.Contains(word, StringComparison.Ordinal));
        },
        Stop);
}
