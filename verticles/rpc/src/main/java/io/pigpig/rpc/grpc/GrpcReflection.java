package io.pigpig.rpc.grpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.vertx.core.Future;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.reflection.v1.ErrorResponse;
import io.vertx.grpc.reflection.v1.ExtensionNumberResponse;
import io.vertx.grpc.reflection.v1.ExtensionRequest;
import io.vertx.grpc.reflection.v1.FileDescriptorResponse;
import io.vertx.grpc.reflection.v1.ListServiceResponse;
import io.vertx.grpc.reflection.v1.ServerReflectionProto;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import io.vertx.grpc.reflection.v1.ServiceResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code grpc.reflection.v1.ServerReflection}: what is served, for tools that have no contract.
 * Served by us and not by the library, so that it has the limits of every call, and answers more
 * than one question a stream.
 */
final class GrpcReflection {

  private static final RpcMethod<ServerReflectionRequest, ServerReflectionResponse> INFO =
      new RpcMethod<>(
          "grpc.reflection.v1.ServerReflection",
          "ServerReflectionInfo",
          Effect.READ,
          ServerReflectionRequest.getDefaultInstance(),
          ServerReflectionResponse.getDefaultInstance());

  private final ListServiceResponse services;
  private final Map<String, FileDescriptor> files = new HashMap<>();
  private final Map<String, FileDescriptor> symbols = new HashMap<>();

  /** By the type that is extended, then by number. */
  private final Map<String, TreeMap<Integer, FileDescriptor>> extensions = new HashMap<>();

  private GrpcReflection(List<RpcService> served, RpcService own) {
    List<RpcService> all = new ArrayList<>(served);
    all.add(own);
    ListServiceResponse.Builder names = ListServiceResponse.newBuilder();
    for (RpcService service : all) {
      names.addService(ServiceResponse.newBuilder().setName(service.descriptor().getFullName()));
      add(service.descriptor().getFile());
    }
    services = names.build();
    // What every status may carry, named by no rpc.
    add(ErrorDetailsProto.getDescriptor());
  }

  /** The contract that tells of {@code served} and of itself. */
  static RpcService of(List<RpcService> served) {
    RpcService own =
        new RpcService(ServerReflectionProto.getDescriptor().findServiceByName("ServerReflection"));
    GrpcReflection reflection = new GrpcReflection(served, own);
    return own.batches(
        INFO,
        Access.ANYBODY,
        (call, question) -> Future.succeededFuture(reflection.answer(question)));
  }

  private void add(FileDescriptor file) {
    if (files.putIfAbsent(file.getName(), file) != null) {
      return;
    }
    file.getDependencies().forEach(this::add);
    file.getServices()
        .forEach(
            service -> {
              symbols.put(service.getFullName(), file);
              service.getMethods().forEach(method -> symbols.put(method.getFullName(), file));
            });
    file.getEnumTypes().forEach(type -> symbols.put(type.getFullName(), file));
    file.getExtensions().forEach(this::add);
    file.getMessageTypes().forEach(this::add);
  }

  private void add(Descriptor type) {
    symbols.put(type.getFullName(), type.getFile());
    type.getEnumTypes().forEach(each -> symbols.put(each.getFullName(), type.getFile()));
    type.getExtensions().forEach(this::add);
    type.getNestedTypes().forEach(this::add);
  }

  private void add(FieldDescriptor extension) {
    symbols.put(extension.getFullName(), extension.getFile());
    extensions
        .computeIfAbsent(extension.getContainingType().getFullName(), type -> new TreeMap<>())
        .put(extension.getNumber(), extension.getFile());
  }

  private ServerReflectionResponse answer(ServerReflectionRequest question) {
    ServerReflectionResponse.Builder answer =
        ServerReflectionResponse.newBuilder()
            .setValidHost(question.getHost())
            .setOriginalRequest(question);
    switch (question.getMessageRequestCase()) {
      case LIST_SERVICES -> answer.setListServicesResponse(services);
      case FILE_BY_FILENAME -> file(answer, files.get(question.getFileByFilename()));
      case FILE_CONTAINING_SYMBOL -> file(answer, symbols.get(question.getFileContainingSymbol()));
      case FILE_CONTAINING_EXTENSION -> extension(answer, question.getFileContainingExtension());
      case ALL_EXTENSION_NUMBERS_OF_TYPE ->
          numbers(answer, question.getAllExtensionNumbersOfType());
      case MESSAGEREQUEST_NOT_SET -> error(answer, GrpcStatus.INVALID_ARGUMENT);
    }
    return answer.build();
  }

  private void extension(ServerReflectionResponse.Builder answer, ExtensionRequest question) {
    TreeMap<Integer, FileDescriptor> its = extensions.get(question.getContainingType());
    file(answer, its == null ? null : its.get(question.getExtensionNumber()));
  }

  private void numbers(ServerReflectionResponse.Builder answer, String type) {
    TreeMap<Integer, FileDescriptor> its = extensions.get(type);
    if (its == null && !symbols.containsKey(type)) {
      error(answer, GrpcStatus.NOT_FOUND);
      return;
    }
    ExtensionNumberResponse.Builder all =
        ExtensionNumberResponse.newBuilder().setBaseTypeName(type);
    answer.setAllExtensionNumbersResponse(
        its == null ? all : all.addAllExtensionNumber(its.keySet()));
  }

  /** The file, and what it needs. */
  private static void file(ServerReflectionResponse.Builder answer, @Nullable FileDescriptor file) {
    if (file == null) {
      error(answer, GrpcStatus.NOT_FOUND);
      return;
    }
    Map<String, FileDescriptor> needed = new LinkedHashMap<>();
    need(file, needed);
    FileDescriptorResponse.Builder all = FileDescriptorResponse.newBuilder();
    needed.values().forEach(each -> all.addFileDescriptorProto(each.toProto().toByteString()));
    answer.setFileDescriptorResponse(all);
  }

  private static void need(FileDescriptor file, Map<String, FileDescriptor> needed) {
    if (needed.putIfAbsent(file.getName(), file) == null) {
      file.getDependencies().forEach(each -> need(each, needed));
    }
  }

  private static void error(ServerReflectionResponse.Builder answer, GrpcStatus status) {
    answer.setErrorResponse(
        ErrorResponse.newBuilder().setErrorCode(status.code).setErrorMessage("there is no such"));
  }
}
