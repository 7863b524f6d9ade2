using Gorb.Cluster;
using Gorb.Model;

namespace Gorb.Tests.Cluster;

/// <summary>The address of a cluster is read as people write it, or refused with the reason.</summary>
public sealed class ClusterAddressTests
{
    [Theory]
    [InlineData("etcd://10.0.0.1:2379,h2,h3:4000/lb", "http://10.0.0.1:2379/ http://h2:2379/ http://h3:4000/", "lb")]
    [InlineData("etcds://h1,[fd00::3],[fd00::4]:1/a-b_c.d", "https://h1:2379/ https://[fd00::3]:2379/ https://[fd00::4]:1/", "a-b_c.d")]
    [InlineData("etcd://h1:80/x", "http://h1/", "x")]
    [InlineData("etcds://h1:443, h2:80/x", "https://h1/ https://h2:80/", "x")]
    public void Address_IsRead(string text, string members, string name)
    {
        var address = ClusterAddress.Parse(text);

        string.Join(' ', address.Members).Should().Be(members);
        address.Name.Should().Be(name);
    }

    [Theory]
    [InlineData("h1/lb", "does not begin with etcd:// or etcds://")]
    [InlineData("etcd://h1", "must have one slash")]
    [InlineData("etcd://h1/a/b", "must have one slash")]
    [InlineData("etcd://h1/", "has no name of the cluster")]
    [InlineData("etcd://h1/a b", "has no name of the cluster")]
    [InlineData("etcd:///lb", "has '' in place of a member")]
    [InlineData("etcd://h1,,h2/lb", "has '' in place of a member")]
    [InlineData("etcd://h1:x/lb", "has 'h1:x' in place of a member")]
    [InlineData("etcd://h1:/lb", "has 'h1:' in place of a member")]
    [InlineData("etcd://h1:0/lb", "has 'h1:0' in place of a member")]
    [InlineData("etcd://h1?x/lb", "has 'h1?x' in place of a member")]
    [InlineData("etcd://h1,h1:2379/lb", "names a member twice")]
    public void Address_ThatIsWrong_IsRefusedWithTheReason(string text, string reason) =>
        FluentActions.Invoking(() => ClusterAddress.Parse(text)).Should().Throw<SettingException>().WithMessage($"--cluster: '{text}' {reason}*; for example etcd://*");

    [Fact]
    public void Address_WithAPassword_IsRefusedWithoutShowingIt() =>
        FluentActions.Invoking(() => ClusterAddress.Parse("etcd://root:secret@h1/lb")).Should().Throw<SettingException>()
            .Which.Message.Should().Contain("--cluster-password-file").And.NotContain("secret");
}
