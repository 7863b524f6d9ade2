namespace Gorb.Model;

/// <summary>The error texts of GORB. Clients may match on them, so an error that GORB also reports starts with GORB's text.</summary>
internal static class GorbTexts
{
    public const string KernelFailed = "error while calling into IPVS";
    public const string Exists = "specified object already exists";
    public const string NotFound = "unable to locate specified object";
    public const string IncompatibleFamilies = "incompatible address families";
    public const string MissingEndpoint = "endpoint information is missing";
    public const string UnknownMethod = "specified forwarding method is unknown";
    public const string UnknownProtocol = "specified protocol is unknown";
    public const string UnknownFlag = "specified flag is unknown";
}
