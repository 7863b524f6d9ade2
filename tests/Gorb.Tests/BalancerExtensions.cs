using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Writer;

namespace Gorb.Tests;

/// <summary>Changes with the origin of a test.</summary>
internal static class BalancerExtensions
{
    public static Task ChangeAsync(this Balancer balancer, Action<Transaction> edit) => balancer.ChangeAsync(new ChangeOrigin("test", SourceName.Api), edit);
}
