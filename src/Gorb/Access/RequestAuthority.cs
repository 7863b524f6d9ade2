using Gorb.Model;
using Gorb.Model.Merging;

namespace Gorb.Access;

/// <summary>Who sends a request, as <see cref="AccessGuard"/> found out.</summary>
internal static class RequestAuthority
{
    public static Authority Authority(this HttpRequest request) => request.HttpContext.Features.Get<Authority>() ?? throw new InvalidOperationException("The endpoint states no role.");

    /// <summary>The origin of a request's change.</summary>
    public static ChangeOrigin Origin(this HttpRequest request)
    {
        var client = request.Authority();
        return new(client.Actor, SourceName.Api, client);
    }
}
