/**
 * The wire format of the kinds that Go clients send as protobuf: names and
 * numbers of fields are Kubernetes' public contract. What a client sends beyond
 * them is skipped.
 */
export const MESSAGES = `
syntax = "proto3";

message Unknown { TypeMeta typeMeta = 1; bytes raw = 2; string contentEncoding = 3; string contentType = 4; }
message TypeMeta { string apiVersion = 1; string kind = 2; }

message Time { int64 seconds = 1; int32 nanos = 2; }
message ObjectMeta {
  string name = 1; string generateName = 2; string namespace = 3; string uid = 5;
  string resourceVersion = 6; int64 generation = 7; Time creationTimestamp = 8; Time deletionTimestamp = 9;
  int64 deletionGracePeriodSeconds = 10; map<string, string> labels = 11; map<string, string> annotations = 12;
  repeated OwnerReference ownerReferences = 13; repeated string finalizers = 14;
}
message OwnerReference { string kind = 1; string name = 3; string uid = 4; string apiVersion = 5; bool controller = 6; bool blockOwnerDeletion = 7; }
message Preconditions { string uid = 1; string resourceVersion = 2; }
message DeleteOptions { int64 gracePeriodSeconds = 1; Preconditions preconditions = 2; bool orphanDependents = 3; string propagationPolicy = 4; repeated string dryRun = 5; }
message LabelSelectorRequirement { string key = 1; string operator = 2; repeated string values = 3; }
message LabelSelector { map<string, string> matchLabels = 1; repeated LabelSelectorRequirement matchExpressions = 2; }

message NamespaceSpec { repeated string finalizers = 1; }
message NamespaceStatus { string phase = 1; }
message Namespace { ObjectMeta metadata = 1; NamespaceSpec spec = 2; NamespaceStatus status = 3; }
message ObjectReference { string kind = 1; string namespace = 2; string name = 3; string uid = 4; string apiVersion = 5; string resourceVersion = 6; string fieldPath = 7; }
message LocalObjectReference { string name = 1; }
message ServiceAccount { ObjectMeta metadata = 1; repeated ObjectReference secrets = 2; repeated LocalObjectReference imagePullSecrets = 3; bool automountServiceAccountToken = 4; }
message Secret { ObjectMeta metadata = 1; map<string, bytes> data = 2; string type = 3; map<string, string> stringData = 4; bool immutable = 5; }
message ConfigMap { ObjectMeta metadata = 1; map<string, string> data = 2; map<string, bytes> binaryData = 3; bool immutable = 4; }
message EventSource { string component = 1; string host = 2; }
message Event {
  ObjectMeta metadata = 1; ObjectReference involvedObject = 2; string reason = 3; string message = 4; EventSource source = 5;
  Time firstTimestamp = 6; Time lastTimestamp = 7; int32 count = 8; string type = 9; Time eventTime = 10;
  string action = 12; ObjectReference related = 13; string reportingComponent = 14; string reportingInstance = 15;
}

message PolicyRule { repeated string verbs = 1; repeated string apiGroups = 2; repeated string resources = 3; repeated string resourceNames = 4; repeated string nonResourceURLs = 5; }
message RoleRef { string apiGroup = 1; string kind = 2; string name = 3; }
message Subject { string kind = 1; string apiGroup = 2; string name = 3; string namespace = 4; }
message AggregationRule { repeated LabelSelector clusterRoleSelectors = 1; }
message Role { ObjectMeta metadata = 1; repeated PolicyRule rules = 2; }
message ClusterRole { ObjectMeta metadata = 1; repeated PolicyRule rules = 2; AggregationRule aggregationRule = 3; }
message RoleBinding { ObjectMeta metadata = 1; repeated Subject subjects = 2; RoleRef roleRef = 3; }
message ClusterRoleBinding { ObjectMeta metadata = 1; repeated Subject subjects = 2; RoleRef roleRef = 3; }

message ResourceAttributes { string namespace = 1; string verb = 2; string group = 3; string version = 4; string resource = 5; string subresource = 6; string name = 7; }
message NonResourceAttributes { string path = 1; string verb = 2; }
message AccessReviewSpec { ResourceAttributes resourceAttributes = 1; NonResourceAttributes nonResourceAttributes = 2; string user = 3; repeated string groups = 4; string uid = 6; }
message SelfSubjectAccessReview { ObjectMeta metadata = 1; AccessReviewSpec spec = 2; }
message SubjectAccessReview { ObjectMeta metadata = 1; AccessReviewSpec spec = 2; }
message LocalSubjectAccessReview { ObjectMeta metadata = 1; AccessReviewSpec spec = 2; }
message RulesReviewSpec { string namespace = 1; }
message SelfSubjectRulesReview { ObjectMeta metadata = 1; RulesReviewSpec spec = 2; }

message SelfSubjectReview { ObjectMeta metadata = 1; }
message TokenReviewSpec { string token = 1; repeated string audiences = 2; }
message TokenReview { ObjectMeta metadata = 1; TokenReviewSpec spec = 2; }
message BoundObjectReference { string kind = 1; string apiVersion = 2; string name = 3; string uid = 4; }
message TokenRequestSpec { repeated string audiences = 1; BoundObjectReference boundObjectRef = 3; int64 expirationSeconds = 4; }
message TokenRequest { ObjectMeta metadata = 1; TokenRequestSpec spec = 2; }
`;
