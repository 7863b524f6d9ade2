using System.Net;
using Gorb.Model;

namespace Gorb.Targets.Host.Addresses;

/// <summary>Explains why an address is not there.</summary>
internal static class VipErrors
{
    public static string NoDevice(string device) =>
        $"there is no network device '{device}' for the addresses of services (--vip-interface); they are added as soon as it exists. The name {VipOptions.Dummy} makes a device for them";

    /// <summary>A failed change. Failures of one cause have one reason, which is logged once.</summary>
    /// <param name="change">The number of the change.</param>
    /// <param name="address">The address.</param>
    /// <param name="reason">The cause.</param>
    /// <param name="service">A service that has the address, if there is one.</param>
    public static ChangeFailure Fail(int change, IPAddress address, string reason, string? service) => new(
        change, FailureKind.Refused, reason, RequestException.Kernel(new IOException(reason), $"the address {address}: {reason}"), service is null ? null : $"services.{service}.host");
}
