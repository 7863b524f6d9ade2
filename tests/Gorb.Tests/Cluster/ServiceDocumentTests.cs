using System.Collections.Immutable;
using System.Text;
using Gorb.Cluster;
using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Model.Policy;
using Gorb.Tests.State;

namespace Gorb.Tests.Cluster;

/// <summary>The document by which directors share a service loses nothing, has no verdict, and is refused where it is not understood.</summary>
public sealed class ServiceDocumentTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Document_OfAnyService_IsReadAsItWasWritten(int seed)
    {
        foreach (var service in new RandomTable(seed).Next(50).Services.Values)
        {
            var claims = Claims(seed, service.Name);

            var read = ServiceDocument.Read(service.Name, ServiceDocument.Write(service.Name, new Merged(service, claims)));

            new ServiceChange(service.Name, service, read.Service).ChangesWishes.Should().BeFalse();
            read.Service!.Backends.Values.Should().NotContain(backend => backend.Health != BackendHealth.Start(service.Spec.Start), "verdicts are each director's own");
            read.Claims.Should().HaveSameCount(claims);
            read.Claims.Zip(claims).Should().OnlyContain(pair => pair.First.Spec == pair.Second.Spec && pair.First.Source == pair.Second.Source && pair.First.Arrival == pair.Second.Arrival
                && pair.First.Backends.Values.Zip(pair.Second.Backends.Values).All(static backends => backends.First.IsSavedAs(backends.Second)));
        }
    }

    [Fact]
    public void Document_OfClaimsAlone_HasNoService()
    {
        var claims = Claims(1, "web");

        ServiceDocument.Read("web", ServiceDocument.Write("web", new Merged(null, claims))).Service.Should().BeNull();
    }

    [Fact]
    public void Documents_OfServicesThatDifferInVerdictsOnly_AreTheSame()
    {
        var service = Service.Create("web", new RandomTable(1).ServiceSpec() with { Start = StartPolicy.Keep });
        var (up, down) = (With(service, Verdict.Up), With(service, Verdict.Down));

        ServiceDocument.Write("web", new Merged(up, [])).Should().Equal(ServiceDocument.Write("web", new Merged(down, [])));
    }

    [Theory]
    [InlineData("""{"format":2,"a later member":1}""", "the cluster's document of service 'web' has format 2, and this Gorb knows 1: update this director")]
    [InlineData("""{"format":1,"a later member":1}""", "the cluster's document of service 'web' is damaged: it is not of format 1")]
    [InlineData("""{"format":0}""", "the cluster's document of service 'web' is damaged: it is not of format 1")]
    [InlineData("""{"format":1,"service":{"key":"tcp 10.9.0.100:80","method":"rr","colour":"red"},"backends":[]}""", "the cluster's document of service 'web' is damaged: *")]
    [InlineData("""{"format":1,"claims":[{}]}""", "the cluster's document of service 'web' is damaged: *")]
    [InlineData("""{"format":1,"claims":{}}""", "the cluster's document of service 'web' is damaged: *")]
    [InlineData("{}", "the cluster's document of service 'web' is damaged: *")]
    [InlineData("nothing", "the cluster's document of service 'web' is damaged: *")]
    public void Document_ThatIsNotUnderstood_IsRefusedWithTheReason(string text, string reason) =>
        FluentActions.Invoking(() => ServiceDocument.Read("web", Encoding.UTF8.GetBytes(text))).Should().Throw<ClusterFormatException>().WithMessage(reason);

    private static ImmutableArray<Claim> Claims(int seed, string service)
    {
        var other = new RandomTable(seed).Service(service);
        return
        [
            new Claim("docker/web1", service, DateTimeOffset.UnixEpoch.AddTicks(7), other.Spec, other.Backends),
            new Claim("file", service, DateTimeOffset.UnixEpoch.AddTicks(8), null, new RandomTable(seed + 1).Service(service).Backends),
        ];
    }

    private static Service With(Service service, Verdict verdict)
    {
        var backend = new Backend("b1", new RandomTable(2).BackendSpec(), DateTimeOffset.UnixEpoch) { Health = new BackendHealth(verdict) };
        return service with { Backends = Backends.Of([backend]) };
    }
}
