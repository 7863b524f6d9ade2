using Gorb.Etcd;
using Grpc.Core;

namespace Gorb.Tests.Etcd;

public sealed class EtcdErrorsTests
{
    /// <summary>Only what etcd says before it proposes a change means that nothing was changed.</summary>
    [Theory]
    [InlineData(StatusCode.Unavailable, "etcdserver: no leader", true)]
    [InlineData(StatusCode.Unavailable, "etcdserver: not capable", true)]
    [InlineData(StatusCode.ResourceExhausted, "etcdserver: too many requests", true)]
    [InlineData(StatusCode.Unavailable, "etcdserver: server stopped", false)]
    [InlineData(StatusCode.Unavailable, "etcdserver: request timed out", false)]
    [InlineData(StatusCode.Unavailable, "etcdserver: request timed out, possibly due to previous leader failure", false)]
    [InlineData(StatusCode.Unavailable, "etcdserver: leader changed", false)]
    [InlineData(StatusCode.Unknown, "raft proposal dropped", false)]
    public void AnswersOfAMember_AreUndone_OrLost(StatusCode code, string detail, bool isUndone)
    {
        var error = new RpcException(new Status(code, detail));

        EtcdErrors.IsUndone(error).Should().Be(isUndone);
        (isUndone || EtcdErrors.IsLost(error)).Should().BeTrue("it is tried at another member, or told as not known");
    }
}
